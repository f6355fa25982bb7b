"""Outlines of reports on the plan, and reports as files."""

import datetime as dt
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from geo_app.domain.outline import Outline
from geo_app.domain.plan_report import Report
from geo_app.domain.result import Findings
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError
from geo_app.render import docx, pdf, plan_book
from geo_app.render.document import Document, Imprint
from geo_app.render.paper import Drawing
from geo_app.render.plan_document import compose_report
from geo_app.render.printed_map import draw_map
from geo_app.storage.outlines import outlines_digest, read_outlines
from geo_app.workspace.reports import ground_of
from geo_app.workspace.view import Workspace

FORMS: Mapping[str, Bilingual] = {
    "docx": Bilingual("Word (DOCX)", "Word (DOCX)"),
    "pdf": Bilingual("PDF", "PDF"),
    "xlsx": Bilingual("Excel (XLSX)", "Excel (XLSX)"),
    "zip": Bilingual("các bảng CSV (ZIP)", "CSV tables (ZIP)"),
}
"""What a report is written as, by the ending of the file."""


def outlines(ws: Workspace) -> dict[str, Outline]:
    """
    Return the outlines in ``plan/reports/`` by id, read anew: a changed one counts at once.

    Raises
    ------
    CatalogueError
        If one breaks the rules.
    """
    return read_outlines(ws.settings.root / "plan")


def outlines_state(ws: Workspace) -> str:
    """Return a mark of what is in ``plan/reports/``: another after each change."""
    return outlines_digest(ws.settings.root / "plan")


def outline_of(ws: Workspace, outline: str) -> Outline:
    """
    Return the outline of an id.

    Raises
    ------
    UnknownError
        If there is none.
    """
    found = outlines(ws)
    if outline not in found:
        known = ", ".join(found) or "none"
        message = f"plan/reports: there is no outline {outline!r}; there are: {known}"
        raise UnknownError(message, vi=f"Không có đề cương {outline!r}; hiện có: {known}.")
    return found[outline]


def write_report(ws: Workspace, report: Report, form: str, *, language: str) -> bytes:
    """
    Write a report as a file.

    Parameters
    ----------
    form
        One of `FORMS`.

    Raises
    ------
    UnknownError
        If there is no such form.
    """
    write: Mapping[str, Callable[[], bytes]] = {
        "docx": lambda: docx.to_docx(_document(ws, report, language)),
        "pdf": lambda: pdf.to_pdf(_document(ws, report, language)),
        "xlsx": lambda: plan_book.report_xlsx(report, language=language),
        "zip": lambda: plan_book.report_csv(report, language=language),
    }
    if form not in write:
        message = f"form: found {form!r}; expected one of {', '.join(FORMS)}"
        raise UnknownError(message, vi=f"Không có dạng tệp {form!r}; hiện có: {', '.join(FORMS)}.")
    return write[form]()


def _document(ws: Workspace, report: Report, language: str) -> Document:
    own = ws.settings
    made = dt.datetime.now(ZoneInfo(own.time_zone))
    imprint = Imprint(Bilingual(own.title_vi, own.title_en), made)

    def draw(findings: Findings) -> Drawing:
        return draw_map(findings, ground_of(ws), language=language)

    return compose_report(report, draw, imprint, language=language)
