"""Indicators and the tables of their figures: what is wrong is named."""

from pathlib import Path

import pytest
from figures_province import FIGURES, INDICATORS, TARGETS

from geo_app.errors import CatalogueError
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.instruments import read_plan

LAYERS = Path(__file__).parents[1] / "small_province" / "layers"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    agencies = LAYERS.parent / "plan" / "agencies.toml"
    (tmp_path / "agencies.toml").write_text(agencies.read_text("utf-8"), "utf-8")
    (tmp_path / "targets.toml").write_text(TARGETS, "utf-8")
    return tmp_path


def test_indicators_are_part_of_the_plan(plan: Path) -> None:
    (plan / "indicators.toml").write_text(INDICATORS, "utf-8")
    found = read_plan(plan)
    assert list(found.indicators) == ["people", "clean_pct", "rank"]
    assert found.indicator("clean_pct").weight == "people"
    assert found.indicator("clean_pct").target == "t_clean"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit = "people"', 'unit = "persons"', "unit: found 'persons'; expected one of m, km"),
        ('adds = "sum"', 'adds = "all"', "adds: found 'all'; expected one of sum, mean, none"),
        ('adds = "none"', 'adds = "mean"', "weight: a mean has an indicator"),
        ('adds = "mean"', 'adds = "sum"', "weight: a mean has an indicator"),
        ('weight = "people"', 'weight = "cows"', "weight: found 'cows'; there is no such"),
        ('target = "t_clean"', 'target = "t_x"', "target: found 't_x'; there is no such target"),
        ('unit = "pct"', 'unit = "count"', "unit: found 'count'; its target is in pct"),
    ],
)
def test_a_wrong_indicator_is_named(plan: Path, old: str, new: str, words: str) -> None:
    (plan / "indicators.toml").write_text(INDICATORS.replace(old, new, 1), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_plan(plan)
    assert f"indicators.toml: indicators {'rank' if 'none' in old else ''}" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[fields.period]", "[fields.year]", "statistics: fields are missing: period"),
        ('"unit_code", "period"]', '"unit_code"]', "expected a table with the key"),
    ],
)
def test_a_table_of_statistics_has_its_fields(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    for name in ("themes", "province_outline"):
        (tmp_path / f"{name}.toml").write_text((LAYERS / f"{name}.toml").read_text("utf-8"))
    text = FIGURES.replace(old, new)
    if "year" in new:
        text = text.replace(', "period"]', ', "year"]')
    (tmp_path / "figures.toml").write_text(text, "utf-8")
    with pytest.raises(CatalogueError, match=r"figures.toml: statistics: ") as caught:
        read_catalogue(tmp_path)
    assert words in str(caught.value)


def test_layers_tell_whether_they_hold_statistics(tmp_path: Path) -> None:
    for name in ("themes", "province_outline"):
        (tmp_path / f"{name}.toml").write_text((LAYERS / f"{name}.toml").read_text("utf-8"))
    (tmp_path / "figures.toml").write_text(FIGURES, "utf-8")
    layers = read_catalogue(tmp_path).layers
    assert {name: each.statistics for name, each in layers.items()} == {
        "province_outline": False,
        "figures": True,
    }
