"""
A file that a stranger sends, read in a process of its own, and what that process hands back.

`read_sent` is what `geo_app.jobs.run_bounded` calls; its answer is plain JSON, from which
`footprints_from` makes the footprints again.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo_app.domain.access import Access, User
from geo_app.domain.finding import Finding
from geo_app.domain.findings import codes
from geo_app.domain.placement import placement_named
from geo_app.domain.text import Bilingual
from geo_app.intake.footprint import Footprints, read_footprints
from geo_app.intake.guard import Candidate
from geo_app.intake.outlines import Shape
from geo_app.workspace import open_workspace

READ_SENT = f"{__name__}:read_sent"


def read_sent(
    root: str,
    generation: int,
    clearance: Access,
    name: str,
    *,
    crs: str | None,
    layer: str | None,
    shape: Shape | None,
) -> dict[str, Any]:
    """
    Read a file that stands in the working folder; see `read_footprints`.

    Parameters
    ----------
    root, generation, clearance
        The workspace, the state of it, and what the one who sends the file may see there.
    name
        The file's name.
    """
    ws = open_workspace(root, user=User("sender", clearance)).at(generation)
    found = read_footprints(ws, Path(name), crs=crs, layer=layer, shape=shape)
    return {
        "frame": None if found.frame is None else _shapes(found.frame),
        "given": _shapes(found.given),
        "candidates": [_candidate(each) for each in found.candidates],
        "findings": [finding.to_json() for finding in found.findings],
        "crs": found.crs,
    }


def footprints_from(answer: Mapping[str, Any]) -> Footprints:
    """Return the footprints that `read_sent` answered with, to the last digit."""
    crs = answer["crs"]
    return Footprints(
        frame=None if answer["frame"] is None else _frame(answer["frame"], crs),
        given=_frame(answer["given"], None),
        candidates=tuple(_candidate_from(each) for each in answer["candidates"]),
        findings=tuple(_finding_from(each) for each in answer["findings"]),
        crs=crs,
    )


def _shapes(frame: gpd.GeoDataFrame) -> dict[str, list[str]]:
    return {
        "footprint": frame["footprint"].tolist(),
        "geometry": frame.geometry.to_wkb(hex=True).tolist(),
    }


def _frame(shapes: Mapping[str, list[str]], crs: str | None) -> gpd.GeoDataFrame:
    geometry = gpd.GeoSeries.from_wkb(shapes["geometry"], crs=crs)
    return gpd.GeoDataFrame({"footprint": shapes["footprint"]}, geometry=geometry)


def _candidate(each: Candidate) -> dict[str, Any]:
    return {
        "placement": each.placement.name,
        "centre": list(each.centre),
        "apart_m": each.apart_m,
        "fit_m": each.fit_m,
        "reasons": [[reason.vi, reason.en] for reason in each.reasons],
    }


def _candidate_from(given: Mapping[str, Any]) -> Candidate:
    longitude, latitude = given["centre"]
    return Candidate(
        placement=placement_named(given["placement"]),
        centre=(longitude, latitude),
        apart_m=given["apart_m"],
        fit_m=given["fit_m"],
        reasons=tuple(Bilingual(*reason) for reason in given["reasons"]),
    )


def _finding_from(given: Mapping[str, Any]) -> Finding:
    return Finding(
        kind=codes()[given["code"]],
        values=given["values"],
        row=given["row"],
        field=given["field"],
        point=tuple(given["point"]) if given["point"] else None,
        box=tuple(given["box"]) if given["box"] else None,
        done=given["done"],
    )
