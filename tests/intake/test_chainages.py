"""Kilometres and roads as engineers write them: chainages, stretches in one cell, road names."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook

from geo_app.domain.layer import Layer
from geo_app.intake.columns import Fitted, Told, fit_columns
from geo_app.intake.delivery import Draft, draft_import
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.presets import read_presets
from geo_app.workspace import Workspace

LAYERS = Path(__file__).parents[2] / "layers"
CATALOGUE = read_catalogue(LAYERS)
PRESETS = read_presets(LAYERS / "presets", CATALOGUE)


@pytest.fixture
def layer() -> Layer:
    return CATALOGUE.layer("road_events")


def fit(layer: Layer, told: Told | None = None, **columns: Any) -> Fitted:
    frame = pd.DataFrame({name.replace("__", " "): cells for name, cells in columns.items()})
    return fit_columns(frame, layer, PRESETS, told or Told())


def found(fitted: Fitted | Draft, code: str) -> list[Any]:
    return [each.values for each in fitted.findings if each.code == code]


def test_chainages_become_kilometres(layer: Layer) -> None:
    fitted = fit(
        layer,
        Từ__Km=["Km18+300", "18+300", "km 18", "Km18 H3+50", "18,35", 18.4, ""],
        Đến__Km=["Km19", "KM 19 + 50", "19,5", "", "20", 21, ""],
    )
    starts = fitted.frame["from_km"].tolist()
    assert starts[:6] == pytest.approx([18.3, 18.3, 18, 18.35, 18.35, 18.4])
    assert pd.isna(starts[6])
    ends = fitted.frame["to_km"].tolist()
    assert [*ends[:3], *ends[4:6]] == pytest.approx([19, 19.05, 19.5, 20, 21])
    told = found(fitted, "chainage_converted")
    assert told[0] == {"column": "from_km", "example": "Km18+300", "value": 18.3}
    assert not found(fitted, "number_unreadable")


def test_a_stretch_in_one_cell_fills_both_ends(layer: Layer) -> None:
    fitted = fit(layer, Lý__trình=["Km18+300 – Km19+500", "Km20", "Km21-Km22"])
    assert fitted.frame["from_km"].tolist() == pytest.approx([18.3, 20, 21])
    assert fitted.frame["to_km"].tolist()[0::2] == pytest.approx([19.5, 22])
    assert pd.isna(fitted.frame["to_km"].iloc[1])
    assert found(fitted, "stretch_split") == [{"column": "from_km", "target": "to_km"}]


def test_a_column_of_ends_wins_over_the_cell(layer: Layer) -> None:
    fitted = fit(layer, Từ__Km=["Km18–Km19", "Km20–Km21"], Đến__Km=["Km18+500", ""])
    assert fitted.frame["to_km"].tolist() == pytest.approx([18.5, 21])


def test_what_is_no_chainage_is_named(layer: Layer) -> None:
    fitted = fit(layer, Từ__Km=["Km18+300", "đầu cầu"], Đến__Km=["Km19–Km20", "Km20"])
    unread = [
        (each.field, each.row) for each in fitted.findings if each.code == "number_unreadable"
    ]
    # An end is one place, not a stretch.
    assert unread == [("from_km", 2), ("to_km", 1)]


def test_a_chainage_is_in_kilometres_whatever_the_heading_says(layer: Layer) -> None:
    fitted = fit(layer, Told(units={"from_km": "m"}), Từ__Km=["Km18+300", "18400"])
    assert fitted.frame["from_km"].tolist() == pytest.approx([18.3, 18.4])


def test_other_measures_are_left_alone() -> None:
    rural = CATALOGUE.layer("rural_roads")
    fitted = fit(rural, length_km=["Km1+500", "2"], width_m=["3+5", "4"])
    assert fitted.frame["length_km"].tolist() == pytest.approx([1.5, 2])
    assert [each.field for each in fitted.findings if each.code == "number_unreadable"] == [
        "width_m"
    ]


def test_a_list_without_codes_gets_them_from_road_place_and_work(layer: Layer) -> None:
    columns = {"Tuyến": ["QL4B"], "Lý trình": ["Km18–Km19"], "Nội dung": ["Nền đường"],
               "Tình trạng": ["Đã xong"]}  # fmt: skip
    fitted = fit_columns(pd.DataFrame(columns), layer, PRESETS, Told())
    assert fitted.preset == "road_events"
    row = fitted.frame.iloc[0]
    assert row[["event_code", "status"]].tolist() == ["QL4B-Km18–Km19-Nền đường", "done"]
    own = fit_columns(pd.DataFrame(columns | {"Mã sự kiện": ["S1"]}), layer, PRESETS, Told())
    assert own.frame["event_code"].tolist() == ["S1"]
    assert not found(own, "field_unmapped")


def test_empty_cells_of_a_code_list_are_missing(layer: Layer) -> None:
    fitted = fit(layer, Trạng__thái=["Hoàn thành", "", " "])
    assert fitted.frame["status"].isna().tolist() == [False, True, True]


def test_an_engineers_workbook(province: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["BÁO CÁO TIẾN ĐỘ"])
    sheet.append([])
    sheet.append(
        ["STT", "Tuyến", "Từ Km", "Đến Km", "Bên", "Hạng mục", "Trạng thái", "Ngày báo cáo"]
    )
    day = "15/10/2026"
    sheet.append([1, "Quốc lộ 4B", "Km18", "Km20+500", "Hai bên", "Nền đường", "Đã xong", day])
    sheet.append([2, "ql 4b", "Km20+500", "Km25", "T", "Nền đường", "Đang thi công", day])
    sheet.append([3, "ĐT.999", "Km1", None, None, "Cống", None, day])
    book.save(tmp_path / "events.xlsx")
    draft = draft_import(province, tmp_path / "events.xlsx", "road_events")
    assert not draft.errors
    assert draft.frame is not None
    rows = draft.frame.sort_values("from_km").to_dict("list")
    assert rows["route_code"] == ["ĐT.999", "ql4b", "ql4b"]
    assert rows["from_km"] == [1, 18, 20.5]
    assert rows["side"][1:] == ["both", "left"]
    assert rows["status"][1:] == ["done", "doing"]
    assert found(draft, "route_found") == [
        {"column": "route_code", "count": 2, "example": "Quốc lộ 4B → ql4b"}
    ]
    (unknown,) = found(draft, "route_unknown")
    assert unknown["found"] == "ĐT.999"


def test_a_table_whose_cells_hold_the_other_separator(province: Workspace, tmp_path: Path) -> None:
    lines = ["event_code,route_code,from_km,source", 'a,ql4b,1,"x; y; z"', 'b,ql4b,2,"x; y; z"']
    (tmp_path / "events.csv").write_text("\n".join(lines), encoding="utf-8")
    draft = draft_import(province, tmp_path / "events.csv", "road_events")
    assert draft.frame is not None
    assert draft.frame["source"].tolist() == ["x; y; z"] * 2
