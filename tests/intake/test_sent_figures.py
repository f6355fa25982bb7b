"""Tables of statistics as agencies send them: years in columns, names for codes, mistakes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from figures_province import KNOWN, publish_figures, with_figures

from geo_app.errors import DataError
from geo_app.intake.delivery import Delivery, Draft, draft_import, import_file
from geo_app.intake.statistics import long_form, read_period
from geo_app.workspace import Workspace

MakeWorkspace = Callable[..., Workspace]
COMMUNES = ["xã Hoà Bình", "02", "Ân Hòa", "4"]
"""As they are written: a name in another spelling, a code, a name, a code without its zero."""


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return with_figures(small_workspace())


@pytest.fixture
def send(ws: Workspace, tmp_path: Path) -> Callable[..., Draft]:
    """Return a function that drafts the import of a table, columns named as given."""

    def send(columns: dict[str, Any]) -> Draft:
        return draft_import(ws, written(tmp_path, columns), "figures")

    return send


def written(folder: Path, columns: dict[str, Any]) -> Path:
    usual = {"Bộ đơn vị": "communes", "Đơn vị tính": "người", "Chỉ tiêu": "Dân số"}
    path = folder / "figures.xlsx"
    pd.DataFrame({"Đơn vị": COMMUNES} | usual | columns).to_excel(path, index=False)
    return path


def found(draft: Draft) -> list[tuple[str, int | None]]:
    """Return the errors of a draft: code and row of the file."""
    return [(each.code, each.row) for each in draft.errors]


def test_years_in_columns_become_rows_and_names_codes(ws: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, {"2022": [1, 2, 3, 4], "Năm 2023": ["1.005,5", "6,5", "7", None]})
    import_file(ws, path, "figures")
    rows = ws.latest().read("figures", where={"period": ["2022", "2023"]})
    values = rows.set_index(["unit_code", "period"])["value"].to_dict()
    assert [values[code, "2022"] for code in ("01", "02", "03", "04")] == [1.0, 2.0, 3.0, 4.0]
    assert values["01", "2023"] == 1005.5
    assert pd.isna(values["04", "2023"])  # an empty cell is not nothing: it is not known
    assert set(rows["indicator"]) == {"people"}
    assert set(rows["unit"]) == {"people"}


def test_a_preset_fills_in_what_every_row_has_and_a_column_wins(
    ws: Workspace, tmp_path: Path
) -> None:
    folder = ws.settings.root / "layers" / "presets"
    (folder / "years.toml").write_text(
        'title = {vi = "x", en = "x"}\nlayers = ["figures"]\n'
        '[constant]\nvintage = "communes"\nunit = "people"\nsource = "Sở Nội vụ"\n',
        encoding="utf-8",
    )
    path = tmp_path / "years.csv"
    path.write_text("unit_code,indicator,unit,2022\n01,clean_pct,ratio,0.5\n", encoding="utf-8")
    draft = draft_import(ws, path, "figures", delivery=Delivery(preset="years"))
    assert draft.frame is not None
    row = draft.frame[draft.frame["period"] == "2022"].iloc[0]
    assert (row["vintage"], row["source"], row["unit"]) == ("communes", "Sở Nội vụ", "pct")
    assert row["value"] == 50.0


def test_earlier_deliveries_are_kept_and_their_figures_replaced(
    ws: Workspace, tmp_path: Path
) -> None:
    before = len(ws.read("figures"))
    import_file(ws, written(tmp_path, {"Kỳ": "2021", "Giá trị": [11, 12, 13, 14]}), "figures")
    rows = ws.latest().read("figures")
    assert len(rows) == before
    people = rows[(rows["indicator"] == "people") & (rows["vintage"] == "communes")]
    assert people["value"].tolist() == [11.0, 12.0, 13.0, 14.0]


def test_a_sample_is_no_delivery_to_add_to(ws: Workspace, tmp_path: Path) -> None:
    ws = publish_figures(ws, KNOWN, marks=("synthetic",), kind="sample")
    import_file(ws, written(tmp_path, {"2022": [1, 2, 3, 4]}), "figures")
    assert set(ws.latest().read("figures")["period"]) == {"2022"}
    assert ws.latest().marks("figures") == ()


def test_figures_are_brought_into_the_indicators_unit(send: Callable[..., Draft]) -> None:
    draft = send({"Chỉ tiêu": "clean_pct", "Đơn vị tính": "ratio", "2022": [0.5, 0.25, 1, 0]})
    assert draft.frame is not None
    rows = draft.frame[draft.frame["period"] == "2022"]
    assert sorted(rows["value"]) == [0.0, 25.0, 50.0, 100.0]
    assert set(rows["unit"]) == {"pct"}


@pytest.mark.parametrize(
    ("columns", "errors"),
    [
        ({"Chỉ tiêu": "Dân cư"}, [("indicator_unknown", 1)]),
        ({"Đơn vị": ["01", "Hòa Bnh", "03", "04"]}, [("unit_code_unknown", 2)]),
        ({"Đơn vị tính": ["người", "người", "km", "người"]}, [("figure_unit", 3)]),
        ({"Đơn vị tính": ["người", None, "người", "người"]}, [("value_missing", 2)]),
        ({"2022": [1, 2, "khoảng 3", 4]}, [("number_unreadable", 3)]),
        ({"2022": [1, 2, "1,5", "1.500.000,5x"]}, [("number_unreadable", 4)]),
        ({"Đơn vị": ["01", "01", "03", "04"]}, [("key_repeated", 2)]),
    ],
)
def test_each_mistake_is_told_with_its_row(
    send: Callable[..., Draft], columns: dict[str, Any], errors: list[tuple[str, int]]
) -> None:
    assert found(send({"2022": [1, 2, 3, 4]} | columns)) == errors


def test_a_period_that_is_none_is_told(send: Callable[..., Draft]) -> None:
    draft = send({"Kỳ": ["2021", "quý I", "31/12/2021", "31/2/2021"], "Giá trị": [1, 2, 3, 4]})
    assert found(draft) == [("period_unreadable", 2), ("period_unreadable", 4)]


def test_a_table_with_a_header_only_adds_nothing(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("unit_code,indicator,vintage,unit,source,2022\n", encoding="utf-8")
    draft = draft_import(ws, path, "figures")
    assert draft.frame is not None
    assert "2022" not in set(draft.frame["period"])
    assert len(draft.frame) == len(ws.read("figures"))


def test_a_table_that_names_no_period_is_refused(send: Callable[..., Draft]) -> None:
    with pytest.raises(DataError, match="figures: field period"):
        send({"Giá trị": [1, 2, 3, 4]})


def test_a_table_without_periods_as_columns_stays_as_it_is() -> None:
    frame = pd.DataFrame({"Kỳ": ["2021"], "Giá trị": [5], "1500 m": [1]})
    made, rows, told = long_form(frame)
    assert made is frame
    assert (rows, told) == (None, [])


def test_rows_of_a_wide_table_are_those_of_the_file() -> None:
    frame = pd.DataFrame({"Đơn vị": ["a", "b"], "2021": [1, 2], "2022": [3, 4]})
    made, rows, _ = long_form(frame)
    assert rows == [0, 0, 1, 1]
    assert made["value"].tolist() == [1, 3, 2, 4]
    assert made["period"].tolist() == ["2021", "2022", "2021", "2022"]


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        (2021, "2021"),
        ("Năm 2021", "2021"),
        ("2025-06", "2025-06"),
        ("1/7/2025", "2025-07-01"),
        (pd.Timestamp("2025-12-31"), "2025-12-31"),
        ("30/2/2025", None),
        ("12345", None),
        ("2025-13", None),
        ("", None),
    ],
)
def test_a_period_is_read_or_refused(cell: Any, period: str | None) -> None:
    assert read_period(cell) == period
