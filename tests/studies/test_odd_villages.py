"""Villages as registers have them: without a point, outside all communes, under a wrong code."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from shapely import Point

from geo_app.domain.version import Version
from geo_app.intake.build import build, plan_build
from geo_app.studies import Result, village_roads
from geo_app.workspace import Workspace, open_workspace

pytestmark = pytest.mark.slow

LAYERS = (
    "villages",
    "communes_2025",
    "commune_centres",
    "rural_roads",
    "district_roads",
    "provincial_roads",
    "national_roads",
)


@pytest.fixture(scope="module")
def result(
    province_files: Callable[[], Path],
    publish_frame: Callable[[Workspace, str, pd.DataFrame], Version],
) -> Result:
    ws = open_workspace(province_files())
    for _ in build(ws, plan_build(ws, only=LAYERS), workers=1):
        pass
    ws = ws.latest()
    villages = ws.read("villages")
    villages.loc[1, "geometry"] = None
    villages.loc[2, "commune_code"] = "99999"
    villages.loc[2, "geometry"] = Point(100_000, 2_000_000)
    # The last village says it belongs to the first one's commune, and lies where it lay.
    villages.loc[len(villages), "commune_code"] = villages.loc[1, "commune_code"]
    villages.loc[3, "kind"] = "to_dan_pho"
    publish_frame(ws, "villages", villages)
    return village_roads(ws.latest())


def test_each_oddity_is_counted_and_named(result: Result) -> None:
    told = {notice.code: notice.text.en for notice in result.warnings}
    assert {"no_point", "outside_zones", "commune_disagrees", "village_count"} <= set(told)
    assert "Thôn 1 –" in told["no_point"]
    assert "Thôn 2 –" in told["outside_zones"]


def test_the_total_holds_all_villages_and_no_neighbourhood(result: Result) -> None:
    assert result.totals["villages"] == 1522
    assert result.rows["villages"].sum() == 1521
    assert result.totals["without_point"] == 1


def test_a_village_without_a_point_is_not_reached_and_says_why(result: Result) -> None:
    missed = result.table("missed").rows.set_index("village_code")
    assert missed.loc["05977001", "reason"] == "no_point"
    assert missed.loc["05977002", "reason"] == "no_road"


def test_the_code_counts_where_code_and_place_disagree(result: Result) -> None:
    first = result.rows.set_index("zone_code").loc["05977", "villages"]
    # Fourteen, less the one outside and the neighbourhood, and the one that came by its code.
    assert first == 14 - 2 + 1


def test_one_delivered_layer_among_made_up_ones_still_illustrates(result: Result) -> None:
    assert result.illustrative
    assert result.plan_status() == {}
