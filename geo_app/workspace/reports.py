"""What a study found, written: workbook, table, page, picture, interactive map."""

from dataclasses import replace
from pathlib import Path

from geo_app.domain.result import Findings
from geo_app.errors import DataError
from geo_app.render import plot, report
from geo_app.workspace.mapping import SketchMap, sketch_map
from geo_app.workspace.view import Workspace

ILLUSTRATION = report.ILLUSTRATIVE


def template_of(ws: Workspace, study: str) -> Path | None:
    """Return the workbook that this province designed for a study; None where there is none."""
    path = ws.settings.root / "plan" / "templates" / f"{study}.xlsx"
    return path if path.is_file() else None


def write_xlsx(findings: Findings, path: Path, *, language: str, template: Path | None) -> None:
    """Write a workbook with tables, definition, inputs, warnings and official figures."""
    report.write_xlsx(findings, path, language=language, template=template)


def csv_text(findings: Findings, *, language: str) -> str:
    """Return the main table, with what it rests on in its last columns."""
    return report.csv_text(findings, language=language)


def to_html(findings: Findings, *, language: str, whole: bool = True) -> str:
    """Write one page with everything in it."""
    pictures = [plot.draw_map(findings, None, language=language)] if findings.pictures else []
    pictures += [plot.draw_chart(findings, each, language=language) for each in findings.charts]
    return report.to_html(findings, pictures, language=language, whole=whole)


def to_png(findings: Findings, *, language: str, chart: int | None = None) -> bytes:
    """
    Draw the map, or chart number `chart`, as PNG.

    Raises
    ------
    DataError
        If there is no such picture.
    """
    if chart is None and findings.pictures:
        return plot.draw_map(findings, None, language=language)
    number = chart or 0
    if not 0 <= number < len(findings.charts):
        message = f"study {findings.study}: has {len(findings.charts)} charts; found {number}"
        raise DataError(message)
    return plot.draw_chart(findings, findings.charts[number], language=language)


def sketch(ws: Workspace, findings: Findings, *, language: str, small: bool = False) -> SketchMap:
    """
    Draw the pictures over the province's outline as an interactive map.

    Parameters
    ----------
    small
        For a map that is part of a page.
    """
    shelf = next(iter(ws.catalogue.themes))
    return sketch_map(
        ws,
        [(replace(each.layer, theme=shelf), each.frame) for each in findings.pictures],
        language=language,
        marks=findings.marks,
        illustrative=findings.illustrative,
        small=small,
    )
