"""The answer of a study, and how it writes itself."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_app.domain.result import Findings
from geo_app.workspace import Workspace, reports

if TYPE_CHECKING:
    from geo_app.workspace.mapping import SketchMap


@dataclass(frozen=True, eq=False, repr=False)
class Result(Findings):
    """
    What a study found.

    ``rows`` is the main table, ``totals`` its figures, ``tables`` all of them. `to_pdf`, `to_docx`,
    `to_excel`, `to_csv`, `to_html` and `to_png` write it with definition, inputs and marks;
    `explain` says in plain words how the number came about. `ws` is the province as it was read,
    `template` its own workbook for the study.
    """

    ws: Workspace = field(kw_only=True)
    template: Path | None = None

    def explain(self, language: str = "vi") -> str:
        """Say what the number means, how it came about, and what to mind."""
        parts = [self.definition.get(language), self.explanation.get(language)]
        parts += [notice.text.get(language) for notice in self.warnings]
        if self.illustrative:
            parts.insert(0, reports.ILLUSTRATION.get(language))
        return "\n\n".join(parts)

    def to_excel(self, path: Path | str, *, language: str = "vi") -> None:
        """
        Write a workbook: tables, definition, inputs, warnings, gap to the official figure.

        Where the province has a template for the study, its filled sheets come first.

        Raises
        ------
        DataError
            If the template cannot be read, or names a figure that does not exist.
        """
        reports.write_xlsx(self, Path(path), language=language, template=self.template)

    def to_csv(self, path: Path | str, *, language: str = "vi") -> None:
        """Write the main table; its last columns say what it rests on."""
        Path(path).write_bytes(self.csv_text(language=language).encode())

    def csv_text(self, *, language: str = "vi") -> str:
        """Return what `to_csv` writes."""
        return reports.csv_text(self, language=language)

    def to_html(self, path: Path | str, *, language: str = "vi") -> None:
        """Write one page with everything in it, which opens without a network."""
        Path(path).write_text(reports.to_html(self.ws, self, language=language), encoding="utf-8")

    def to_pdf(self, path: Path | str, *, language: str = "vi") -> None:
        """
        Write a report to be printed on A4, with everything but the last rows of long tables.

        A result with a table ``coordinates`` is a record of a place: all its rows are printed, the
        coordinates as an annex.
        """
        Path(path).write_bytes(reports.to_pdf(self.ws, self, language=language))

    def to_docx(self, path: Path | str, *, language: str = "vi") -> None:
        """Write the report of `to_pdf` as a Word document to paste from."""
        Path(path).write_bytes(reports.to_docx(self.ws, self, language=language))

    def to_png(self, path: Path | str, *, language: str = "vi") -> None:
        """Write the map, or the first chart where there is no map, as a picture."""
        Path(path).write_bytes(self.png(language=language))

    def png(self, *, chart: int | None = None, language: str = "vi") -> bytes:
        """Return the map as PNG, or chart number `chart`: ``IPython.display.Image`` shows it."""
        return reports.to_png(self.ws, self, language=language, chart=chart)

    def map(self, ws: Workspace, *, language: str = "vi") -> "SketchMap":
        """Draw what was found over the province's outline, as an interactive map."""
        return reports.sketch(ws, self, language=language)

    def _repr_html_(self) -> str:
        return reports.to_html(self.ws, self, language="vi", whole=False)

    def __repr__(self) -> str:
        figures = ", ".join(f"{name}={_short(value)}" for name, value in self.totals.items())
        return f"<Result {self.study}: {len(self.rows)} rows; {figures}>"


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
