"""Printed tables: nothing is cut off, figures stand under each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed import coordinates, numbered, texts

from geo_app.domain.result import column
from geo_app.domain.text import Bilingual
from geo_app.render.columns import (
    LANDSCAPE_MM,
    PORTRAIT_MM,
    Column,
    Grid,
    cells_of,
    clean,
    column_texts,
    fitted,
    without_empty,
)

AREA = column("area_ha", "Diện tích", "Area", unit="ha")


@pytest.mark.parametrize(
    ("values", "language", "written"),
    [
        ([1234.5, 2.0, None], "vi", ["1.234,50", "2,00", ""]),
        ([1234.5, 2.0, np.nan], "en", ["1,234.50", "2.00", ""]),
        ([7.0, 1200.0], "vi", ["7", "1.200"]),
        ([0.004, 1.5], "vi", ["0,004", "1,50"]),
        ([-4.16, np.inf], "en", ["-4.16", ""]),
        ([], "vi", []),
    ],
)
def test_a_column_has_as_many_decimals_in_every_row(
    values: list[float], language: str, written: list[str]
) -> None:
    assert column_texts(values, AREA, language) == written


def test_places_keep_their_decimals() -> None:
    lon = column("nearest_lon", "Kinh độ", "Longitude")
    assert column_texts([106.75, 106.761234], lon, "vi") == ["106,75000", "106,76123"]
    rows = cells_of(coordinates(2), "vi", most=None).rows
    assert rows[0] == ("A", "1", "2.400.000,500", "450.000,000")


def test_codes_are_titled_and_text_is_one_clean_line() -> None:
    road = column(
        "road", "Đường", "Road", kind="text", values={"a": Bilingual("Quốc lộ", "National")}
    )
    assert column_texts(["a", "b", None], road, "vi") == ["Quốc lộ", "b", ""]
    assert clean("a\x00\x1b[0m\n\tb\ud800\uffff") == "a[0m b"
    day = column("day", "Ngày", "Day", kind="date")
    assert column_texts([pd.Timestamp(2026, 3, 5)], day, "vi") == ["05/03/2026"]


def test_a_small_table_stands_upright_and_a_wide_one_across() -> None:
    (small,) = fitted(cells_of(numbered("rows", 3), "vi", most=None))
    assert not small.wide
    assert [each.figures for each in small.columns] == [False, True]
    (long,) = fitted(cells_of(texts("notes", ["chữ " * 100]), "vi", most=None))
    assert sum(each.width_mm for each in long.columns) <= PORTRAIT_MM
    heads = tuple(Column(f"Cột số {n}", figures=True) for n in range(14))
    (wide,) = fitted(Grid(heads, (("1.234,50",) * 14,)))
    assert wide.wide


def test_parts_of_a_table_each_name_their_rows() -> None:
    heads = (Column("Mã"), Column("Tên"), *(Column(f"Cột {n}", figures=True) for n in range(30)))
    parts = fitted(Grid(heads, (("05977", "Phường Đông Kinh", *(["1.234.567,89"] * 30)),)))
    assert len(parts) > 1
    for part in parts:
        assert [each.title for each in part.columns[:2]] == ["Mã", "Tên"]
        assert part.rows[0][:2] == ("05977", "Phường Đông Kinh")
    others = [each.title for part in parts for each in part.columns[2:]]
    assert others == [f"Cột {n}" for n in range(30)]


def test_parts_repeat_as_many_columns_as_tell_the_rows_apart() -> None:
    heads = (*map(Column, ("Khu đất", "Nhóm", "Đối tượng")), *(Column("Ghi chú") for _ in range(9)))
    rows = tuple(("1", "Gần nhất", name, *(["chữ " * 40] * 9)) for name in ("Cửa khẩu", "Nút giao"))
    for part in fitted(Grid(heads, rows)):
        assert [each.title for each in part.columns[:3]] == ["Khu đất", "Nhóm", "Đối tượng"]


def test_long_texts_are_not_squeezed() -> None:
    heads = (Column("Mã"), Column("Ghi chú"), *(Column("Chữ") for _ in range(11)))
    rows = (("1", "chữ " * 80, *(["xin đọc kỹ"] * 11)),)
    (note,) = [
        c for part in fitted(Grid(heads, rows)) for c in part.columns if c.title == "Ghi chú"
    ]
    assert note.width_mm > 45


def test_columns_without_values_are_named_instead() -> None:
    grid = Grid((Column("Mã"), Column("Gác lại"), Column("Số")), (("a", "", ""), ("b", "", "0")))
    filled, left_out = without_empty(grid)
    assert [each.title for each in filled.columns] == ["Mã", "Số"]
    assert filled.rows == (("a", ""), ("b", "0"))
    assert left_out == ["Gác lại"]
    nothing, left_out = without_empty(Grid((Column("Mã"),), (("",),)))
    assert (fitted(nothing), left_out) == ([], ["Mã"])


@given(
    st.lists(
        st.tuples(st.booleans(), st.text("ab ", max_size=60), st.text("ab 0123", max_size=90)),
        min_size=1,
        max_size=30,
    )
)
def test_every_column_is_printed_and_fits_the_page(
    columns: list[tuple[bool, str, str]],
) -> None:
    heads = tuple(Column(f"{n} {title}", figures) for n, (figures, title, _) in enumerate(columns))
    parts = fitted(Grid(heads, (tuple(text[:12] for _, _, text in columns),)))
    assert {each.title for part in parts for each in part.columns} == {h.title for h in heads}
    for part in parts:
        assert sum(each.width_mm for each in part.columns) <= LANDSCAPE_MM + 1e-6
        assert part.wide or sum(each.width_mm for each in part.columns) <= PORTRAIT_MM + 1e-6
        for each, text in zip(part.columns, part.rows[0], strict=True):
            if each.figures:
                assert each.width_mm >= 1.7 * len(text)
