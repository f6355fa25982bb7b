"""A file's layers, or pasted text, as named shapes: outlines, without a drawing's lettering."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from geo_app.domain.finding import Finding
from geo_app.domain.findings.geometry import OTHER_SHAPES_LEFT_OUT
from geo_app.domain.numerals import blank
from geo_app.domain.text import plain
from geo_app.errors import CrsError, DataError
from geo_app.intake.decoding import decode_text
from geo_app.storage.reading.coordinates import Headings
from geo_app.storage.reading.files import list_layers, read_layer
from geo_app.storage.reading.raw import RawLayer
from geo_app.storage.reading.shapes import shaped_for

Shape = Literal["point", "line", "polygon"]

MOST = 10_000
"""Shapes that are looked at together; more are a layer."""
MOST_VERTICES = 500_000
MOST_LAYERS = 20
"""Layers, or folders of a KML, that are read together."""
_KINDS: dict[int, Shape] = {
    0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"
}  # fmt: skip
"""Shapely's type ids; 7, a collection, is taken apart."""
_DRAWN = ({"EntityHandle", "PaperSpace"}, {"ColorIndex", "GraphicGroup"})
"""Columns by which drawings of DXF and DGN are known."""
_NAMES = (
    "footprint", "name", "ten", "ten khu", "ten khu dat", "ten thua", "ten cong trinh", "ten du an",
    "khu", "title", "text", "so thua", "ten diem", "so hieu diem", "diem", "layer", "ma", "id",
    "stt",
)  # fmt: skip
_LONGEST_NAME = 80


def read_layers(path: Path, wanted: str | None, headings: Headings) -> list[RawLayer]:
    """
    Read the layer called `wanted`, or those of a file that hold shapes.

    The folders of a KML are read together; of any other file that holds several, one is named.

    Raises
    ------
    DataError
        If the file is damaged, empty, of a format not read here, or holds no shapes.
    """
    raws, failures = [], []
    for name in [wanted] if wanted is not None else _held(path):
        try:
            raws.append(read_layer(path, layer_name=name, headings=headings))
        except DataError as error:  # a sheet that holds no table beside one that does
            failures.append(error)
    shaped = [raw for raw in raws if isinstance(raw.frame, gpd.GeoDataFrame) and len(raw.frame)]
    if not shaped and failures:
        raise failures[0]
    if not any(len(raw.frame) for raw in raws):
        raise DataError(
            f"{path}: is empty: there is nothing drawn in it; was the right part of it saved?",
            vi=f"{path}: tệp rỗng, không có hình nào; đã lưu đúng phần bản vẽ chưa?",
        )
    if len(shaped) > 1 and path.suffix.lower() not in {".kml", ".kmz"}:
        raise _several(path, [raw.layer.name for raw in shaped])
    return shaped


def _held(path: Path) -> list[str]:
    """Return the layers of a file that may hold shapes."""
    held = [layer for layer in list_layers(path) if layer.rows != 0]
    for layer in held:
        _check_count(f"{path}: ", layer.rows or 0, MOST)
    names = [layer.name for layer in held]
    if len(names) > MOST_LAYERS:
        raise _several(path, names)
    return names


def _several(path: Path, names: list[str]) -> DataError:
    listed = ", ".join(names[:MOST_LAYERS])
    return DataError(
        f"{path}: shapes stand in {len(names)} of its layers ({listed}); name one of them",
        vi=f"{path}: có hình ở {len(names)} lớp ({listed}); hãy ghi tên một lớp.",
    )


def outlines(
    where: str, raws: list[RawLayer], shape: Shape | None
) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """
    Return rows as shapes with names.

    Parameters
    ----------
    where
        What messages begin with: the file and a colon, or nothing.
    raws
        Layers in one CRS.
    shape
        What is wanted; None: lists of vertices and closed lines become polygons, and where a
        drawing has outlines its other lines and lettering are left out.

    Returns
    -------
    frame
        Columns ``footprint`` (a name of its own) and geometry, in the declared CRS.
    findings
        What was found on the way.

    Raises
    ------
    DataError
        If there is no such shape, or too many.
    """
    frames, findings = [], list[Finding]()
    for raw in raws:
        shaped = _shaped(raw, shape)
        decoded, in_text, _ = decode_text(shaped.frame)
        kept, left_out = _boundaries(_taken_apart(decoded), shape)
        findings += [*shaped.findings, *in_text, *left_out]
        frames.append(kept[["geometry"]].assign(footprint=_names(kept)))
    stop_at(findings, where, DataError)
    frame = pd.concat(frames, ignore_index=True) if frames else gpd.GeoDataFrame(geometry=[])
    if not len(frame):
        raise DataError(
            f"{where}there is no {shape or 'shape'} in it; expected closed lines, or columns X and "
            "Y (or WKT) as in a surveyor's list",
            vi=f"{where}không có hình nào dùng được; cần đường khép kín, hoặc bảng có cột X và Y "
            "(hoặc WKT) như bảng kê tọa độ.",
        )
    _check_count(where, len(frame), MOST)
    _check_count(where, int(shapely.get_num_coordinates(frame.geometry).sum()), MOST_VERTICES)
    frame["footprint"] = _distinct(frame["footprint"])
    return frame[["footprint", "geometry"]], tuple(findings)


def stop_at(
    findings: Iterable[Finding], where: str, kind: type[DataError] | type[CrsError]
) -> None:
    """
    Raise the first finding that stops it, as a sentence.

    Parameters
    ----------
    where
        What the message begins with: the file and a colon, or nothing.
    """
    for finding in findings:
        if finding.severity == "error" and finding.done in {"nothing", "refused"}:
            row, advice = finding.row, finding.kind.advice
            en, vi = (f"row {row}: ", f"dòng {row}: ") if row else ("", "")
            raise kind(
                f"{where}{en}{finding.message('en')} {advice.en}",
                vi=f"{where}{vi}{finding.message('vi')} {advice.vi}",
            )


def _check_count(where: str, count: int, most: int) -> None:
    if count > most:
        what = ("shapes", "hình") if most == MOST else ("vertices", "đỉnh")
        raise DataError(
            f"{where}has {count:,} {what[0]}; expected at most {most:,}; send only those that "
            "matter",
            vi=f"{where}có {count} {what[1]}; nhiều nhất {most}; hãy gửi riêng phần cần xem.",
        )


def _shaped(raw: RawLayer, shape: Shape | None) -> RawLayer:
    if shape == "point":
        return raw
    points = shapely.get_type_id(raw.frame.geometry.to_numpy()) == 0
    if shape is not None and raw.courses is None and len(raw.frame) > 1 and points.all():
        # Places of their own, but a line or polygon is what is wanted: the rows' order.
        course = pd.DataFrame({"course": 1, "caption": None}, index=raw.frame.index)
        raw = replace(raw, courses=course)
    return shaped_for(raw, shape or "polygon")


def _taken_apart(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the rows that have a shape, collections as their members."""
    assert isinstance(frame, gpd.GeoDataFrame)
    frame = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame
    there = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    while (there.geom_type == "GeometryCollection").any():
        there = there.explode(ignore_index=True)
    return there


def _boundaries(
    frame: gpd.GeoDataFrame, shape: Shape | None
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Return the shapes that are meant: those wanted, or of a drawing those that bound most."""
    ids = shapely.get_type_id(frame.geometry.to_numpy())
    kinds = pd.Series([_KINDS[kind] for kind in ids], index=frame.index, dtype="object")
    drawing = any(columns <= set(frame.columns) for columns in _DRAWN)
    if shape is None and drawing:
        shape = next((kind for kind in ("polygon", "line") if (kinds == kind).any()), None)
    if shape is None:
        return frame, []
    left = int((kinds != shape).sum())
    told = [Finding(OTHER_SHAPES_LEFT_OUT, {"count": left}, done="left_out")] if left else []
    return frame[kinds == shape], told


def _names(frame: gpd.GeoDataFrame) -> list[str]:
    """Return each row's name, from the column likeliest to hold names; "" where it has none."""
    folded = {plain(str(column).replace("_", " ")): column for column in frame.columns}
    for name in _NAMES:
        if name in folded and frame[folded[name]].notna().any():
            return [_tidy(value) for value in frame[folded[name]]]
    return [""] * len(frame)


def _tidy(value: object) -> str:
    text = "" if blank(value) else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_NAME]


def _distinct(names: "pd.Series[str]") -> "pd.Series[str]":
    """Return names of which none comes twice: the row's number, or a number behind the name."""
    numbers = pd.Series([str(n) for n in np.arange(1, len(names) + 1)], index=names.index)
    filled = names.where(names != "", numbers)
    again = filled.groupby(filled).cumcount()
    return filled.where(again == 0, filled + " (" + (again + 1).astype("str") + ")")
