"""A version's record survives its way through JSON."""

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from geo_app.domain.layer import MARKS
from geo_app.domain.version import Provenance, Version, version_from_json

COMPLETE = Version(
    id="20261123T010203Z-0123abcd",
    layer="wells",
    created=datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC),
    provenance=Provenance(
        kind="import",
        by="owner",
        source="QĐ 1/QĐ-UBND",
        agency="Sở Nội vụ",
        date=date(2025, 7, 1),
        accuracy="±5 m",
        licence="MIT",
        marks=("synthetic", "unverified"),
        file="giếng.gpkg",
        sha256="0" * 64,
        crs="EPSG:9210",
        mapping={"TEN": "name"},
        dropped=("OBJECTID",),
        notes=("một dòng",),
    ),
    count=5,
    without_geometry=1,
    bounds=(0.0, 1.0, 2.0, 3.0),
    bounds_lonlat=(105.0, 10.0, 105.5, 10.5),
    digest="abc",
    display={"public": {"kind": "geojson", "file": "public.geojson"}},
    files={"features.gpkg": "1" * 64},
)


def through_json(version: Version) -> Version:
    return version_from_json(json.loads(json.dumps(version.to_json(), ensure_ascii=False)))


def test_a_complete_record() -> None:
    assert through_json(COMPLETE) == COMPLETE


@given(st.none() | st.dates(), st.none() | st.text(), st.lists(st.sampled_from(MARKS), unique=True))
def test_any_provenance(day: date | None, source: str | None, marks: list[str]) -> None:
    given_ = Provenance(kind="sample", by="x", source=source, date=day, marks=tuple(marks))  # type: ignore[arg-type]
    bare = Version(
        id="v",
        layer="l",
        created=COMPLETE.created,
        provenance=given_,
        count=0,
        without_geometry=0,
        bounds=None,
        bounds_lonlat=None,
        digest="",
    )
    assert through_json(bare) == bare
