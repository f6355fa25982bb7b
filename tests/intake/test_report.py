"""Findings as files: worst first, safe to open in a spreadsheet."""

import csv
import json
from pathlib import Path

import pytest

from geo_app.domain.finding import Finding
from geo_app.domain.findings import codes, place, text
from geo_app.errors import DataError
from geo_app.intake.report import worst_first, write_findings

FOUND = (
    Finding(text.NAME_UNKNOWN, {"name": "=x", "nearest": ""}, row=3, field="=cmd()"),
    Finding(place.OUTSIDE_PROVINCE, point=(106.5, 21.8), box=(106.0, 21.0, 107.0, 22.0)),
)


def test_the_worst_come_first() -> None:
    assert [finding.code for finding in worst_first(FOUND)] == ["outside_province", "name_unknown"]


def test_csv(tmp_path: Path) -> None:
    write_findings(FOUND, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["severity"] for row in rows] == ["error", "warning"]
    assert (rows[0]["longitude"], rows[0]["latitude"]) == ("106.5", "21.8")
    assert (rows[1]["row"], rows[1]["field"]) == ("3", "'=cmd()")
    assert rows[1]["responsible"] == "Cán bộ dữ liệu"


def test_geojson(tmp_path: Path) -> None:
    write_findings(FOUND, tmp_path / "a.geojson")
    first, second = json.loads((tmp_path / "a.geojson").read_text("utf-8"))["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [106.5, 21.8]}
    assert first["bbox"] == [106.0, 21.0, 107.0, 22.0]
    assert second["geometry"] is None
    assert second["properties"]["message"] == "“=x” không có trong danh mục; gần nhất: ."


def test_another_format(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"written as \.csv or \.geojson"):
        write_findings(FOUND, tmp_path / "a.txt")


def test_a_code_is_its_constants_name() -> None:
    for code, kind in codes().items():
        assert kind.code == code == code.lower()
