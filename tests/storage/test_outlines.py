"""Outlines are read whole, and what breaks their rules is named with its place."""

from pathlib import Path

import pytest
from outlines import OUTLINE

from geo_app.domain.outline import COLUMNS
from geo_app.errors import CatalogueError
from geo_app.storage.outlines import read_outlines

ROOT = Path(__file__).parents[2]


def read(folder: Path, text: str) -> None:
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / "trial.toml").write_text(text, encoding="utf-8")
    read_outlines(folder)


def test_the_province_has_one_of_each_kind_and_those_of_a_quarter_come_first() -> None:
    found = read_outlines(ROOT / "plan")
    assert list(found) == ["quarterly", "yearly", "meeting"]
    assert [each.span for each in found.values()] == ["quarter", "year", "day"]
    assert found["meeting"].one_page
    shown = {part.show for each in found.values() for own in each.sections for part in own.parts}
    assert shown == {"text", "counts", "rows", "progress", "map", "details", "forms"}


def test_a_folder_without_outlines_has_none(tmp_path: Path) -> None:
    assert read_outlines(tmp_path) == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('show = "counts"', 'show = "count"', "did you mean 'counts'"),
        ("new = true", "newer = true", "newer: is not known here"),
        ('target = "t_paved"', "", "a map is that of a `study` or of a `target`"),
        ('kinds = ["target"]', 'kinds = ["targets"]', "expected some of target, project, rule"),
        ('span = "quarter"', 'span = "month"', "expected one of quarter, year, day"),
        ('show = "details"', 'show = "details"\nmost = 0', "most: found 0"),
        ('show = "details"', 'show = "details"\ncolumns = ["titel"]', "found 'titel'"),
    ],
)
def test_what_breaks_the_rules(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in OUTLINE
    with pytest.raises(CatalogueError, match=r"trial\.toml") as raised:
        read(tmp_path, OUTLINE.replace(old, new))
    assert told in str(raised.value)


def test_every_column_an_outline_may_name_can_be_read(tmp_path: Path) -> None:
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    read(tmp_path, OUTLINE.replace('show = "details"', f'show = "rows"\ncolumns = [{columns}]'))
