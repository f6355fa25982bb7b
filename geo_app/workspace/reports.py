"""What a study found, written: workbook, table, page, picture, interactive map."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd

from geo_app.domain.access import may
from geo_app.domain.result import Findings, Input, Picture
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.render import docx, pdf, report
from geo_app.render.document import Document, Imprint, compose
from geo_app.render.paper import Drawing
from geo_app.render.plot import draw_chart
from geo_app.render.printed_map import Ground, draw_map, mappable
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


def to_html(ws: Workspace, findings: Findings, *, language: str, whole: bool = True) -> str:
    """Write one page with everything in it."""
    pictures = [each.png for each in _drawings(ws, findings, language)]
    return report.to_html(findings, pictures, language=language, whole=whole)


def to_png(ws: Workspace, findings: Findings, *, language: str, chart: int | None = None) -> bytes:
    """
    Draw the map, or chart number `chart`, as PNG.

    Raises
    ------
    DataError
        If there is no such picture.
    """
    if chart is None and mappable(findings):
        return draw_map(findings, ground_of(ws), language=language).png
    number = chart or 0
    if not 0 <= number < len(findings.charts):
        message = f"study {findings.study}: has {len(findings.charts)} charts; found {number}"
        raise DataError(message)
    return draw_chart(findings, findings.charts[number], language=language).png


def to_pdf(ws: Workspace, findings: Findings, *, language: str) -> bytes:
    """Write a report on A4 as PDF."""
    return pdf.to_pdf(_document(ws, findings, language))


def to_docx(ws: Workspace, findings: Findings, *, language: str) -> bytes:
    """Write the same report as a Word document."""
    return docx.to_docx(_document(ws, findings, language))


def _document(ws: Workspace, findings: Findings, language: str) -> Document:
    province = Bilingual(ws.settings.title_vi, ws.settings.title_en)
    made = findings.made or dt.datetime.now(dt.UTC)
    imprint = Imprint(province, made.astimezone(ZoneInfo(ws.settings.time_zone)))
    return compose(findings, _drawings(ws, findings, language), imprint, language=language)


def _drawings(ws: Workspace, findings: Findings, language: str) -> list[Drawing]:
    """Draw the map and all charts."""
    drawn = [draw_map(findings, ground_of(ws), language=language)] if mappable(findings) else []
    return drawn + [draw_chart(findings, each, language=language) for each in findings.charts]


def ground_of(ws: Workspace) -> Ground | None:
    """Return the province's outline, where there is one that the reader may see."""
    version = ws.versions.get(ws.settings.outline)
    if version is None:
        return None
    layer = ws.catalogue.layer(ws.settings.outline)
    if not may(ws.user, "view", layer.access):
        return None
    frame = ws.read(layer.id)
    assert isinstance(frame, gpd.GeoDataFrame)
    return Ground(Picture(layer, frame), Input.of(layer, version, frame))


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
