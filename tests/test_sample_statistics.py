"""The sample's statistics: real figures by their sources, made-up ones marked and in keeping."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.domain.statistic import PERIOD, STATISTIC_KEY
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.instruments import read_plan

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "data"))

from sample.statistics import allot  # noqa: E402 (the sample's program is no package of the app)

CATALOGUE = read_catalogue(ROOT / "layers")
PLAN = read_plan(ROOT / "plan")
NAMES = [each.id for each in CATALOGUE.layers.values() if each.statistics]
KEYS = {
    "province_outline": "prov_code",
    "districts_2023": "dist_code",
    "communes_2025": "comm_code",
}


def read(name: str) -> pd.DataFrame:
    texts = {"unit_code": str, "period": str}
    return pd.read_csv(ROOT / "data" / "statistics" / f"{name}.csv", dtype=texts)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_an_indicator_its_unit_a_period_and_a_source(name: str) -> None:
    rows = read(name)
    assert not rows.duplicated(list(STATISTIC_KEY)).any()
    assert set(rows["indicator"]) <= set(PLAN.indicators)
    assert (rows["unit"] == rows["indicator"].map(lambda each: PLAN.indicators[each].unit)).all()
    assert all(PERIOD.fullmatch(each) for each in rows["period"])
    assert rows["source"].notna().all()


def test_made_up_figures_are_marked_and_none_stands_among_the_published() -> None:
    sample = CATALOGUE.layer("unit_statistics").sample
    assert sample is not None
    assert sample.marks == ("synthetic",)
    assert set(read("unit_statistics")["source"]) == {"Giả lập"}
    assert not read("unit_statistics")["verified"].any()
    assert "Giả lập" not in set(read("statistics")["source"])


def test_people_by_new_commune_stand_among_the_made_up_only() -> None:
    published = read("statistics")
    assert "communes_2025" not in set(published["vintage"])
    people = read("unit_statistics").query("indicator == 'population_registered'")
    communes = people[people["vintage"] == "communes_2025"]
    assert len(communes) == 65
    whole = published.query("indicator == 'population_registered' and period == '2025'")["value"]
    assert communes["value"].sum() == whole.item()


def test_breaks_are_kept() -> None:
    broken = read("statistics").query("broken")
    assert set(zip(broken["indicator"], broken["period"], strict=True)) == {
        ("forest_cover_pct", "2015"),
        ("rural_communes", "2025-07-01"),
    }
    assert broken["note"].notna().all()


def test_what_is_written_from_memory_is_not_verified() -> None:
    rows = read("statistics")
    memory = rows["source"].str.contains("trí nhớ")
    assert memory.any()
    assert not rows.loc[memory, "verified"].any()
    assert rows.loc[~memory, "verified"].all()


@given(
    total=st.integers(0, 10**6),
    weights=st.lists(st.floats(0.1, 100), min_size=1, max_size=20),
)
def test_what_is_allotted_adds_up_and_follows_the_weights(total: int, weights: list[float]) -> None:
    heavy = np.array(weights)
    parts = allot(total, heavy)
    assert parts.sum() == total
    assert (np.abs(parts - total * heavy / heavy.sum()) <= 1 + 1e-6).all()
