"""Village roads, the plan, reach and crosswalks on the sample: what must add up adds up."""

import networkx as nx
import numpy as np
import pytest

import geopandas as gpd

from geo_app.analysis.network import near_misses, nearest_edges, with_joins
from geo_app.errors import DataError
from geo_app.studies import Result, crosswalk, reach, road_hardening, village_roads
from geo_app.studies.inputs import Inputs
from geo_app.studies.roads import read_roads
from geo_app.studies.study import Run
from geo_app.workspace import Workspace


@pytest.fixture(scope="module")
def coverage(province: Workspace) -> Result:
    return village_roads(province)


def test_the_villages_are_all_counted_once(coverage: Result) -> None:
    totals = coverage.totals
    assert totals["villages"] == 1523
    for name in ("villages", "reached", "joined", "reported", "unreported", "apart"):
        assert coverage.rows[name].sum() == totals[name]
    assert coverage.table("reasons").rows["villages"].sum() == 1523
    assert len(coverage.table("missed").rows) == 1523 - totals["reached"]
    assert totals["joined"] >= totals["reached"]
    assert totals["reported_pct"] == pytest.approx(100 * totals["reported"] / 1523)


def test_the_worklist_names_where_report_and_map_differ(coverage: Result) -> None:
    work = coverage.table("worklist").rows
    assert len(work) == coverage.totals["apart"]
    assert (work["reported"] != work["computed"]).all()
    assert work["cause"].notna().all()
    assert set(work.loc[work["computed"], "cause"]) == {"reached"}


def test_only_the_reported_figure_could_set_a_status(coverage: Result) -> None:
    kinds = {each.kind for each in coverage.comparisons}
    assert kinds == {"computed", "reported"}
    targets = {each.target for each in coverage.comparisons}
    assert targets == {"t_thon_duong_80", "t_thon_duong_100"}
    assert coverage.plan_status() == {}


def test_a_wider_hardened_set_reaches_no_fewer(province: Workspace, coverage: Result) -> None:
    wider = village_roads(province, hardened="btn,nhua,btxm,gach,da_dam,cap_phoi,dat,khac")
    assert wider.totals["reached"] > coverage.totals["reached"]
    narrower = village_roads(province, least_width_m=5)
    assert narrower.totals["reached"] < coverage.totals["reached"]
    none = village_roads(province, join_m=0)
    assert none.totals["joined"] == none.totals["reached"] == coverage.totals["reached"]


def test_another_official_count_is_a_warning(province: Workspace) -> None:
    found = village_roads(province, village_count=1500)
    assert "village_count" in {notice.code for notice in found.warnings}


def test_indicators_that_are_not_this_one_are_named_apart(coverage: Result) -> None:
    others = coverage.table("others").rows.set_index("indicator")
    assert list(others.index) == ["new_rural", "sdg", "centres"]
    assert (others["part"] <= others["whole"]).all()
    assert others.loc["centres", "whole"] == 65


def test_the_plan_connects_what_can_be_connected(province: Workspace, coverage: Result) -> None:
    plan = road_hardening(province)
    totals = plan.totals
    assert totals["missing_villages"] == 1523 - coverage.totals["joined"]
    assert totals["connected"] + totals["left"] == totals["missing_villages"]
    assert plan.rows["villages"].sum() == totals["connected"]
    assert plan.rows["km"].sum() == pytest.approx(totals["km"])
    assert totals["bound_km"] <= totals["km"] + 1e-9
    assert plan.table("stretches").rows["km"].sum() == pytest.approx(totals["km"])
    # Each stage connects no more per km than the one before.
    rate = plan.rows.loc[plan.rows["km"] > 0, "villages_per_km"]
    assert rate.is_monotonic_decreasing
    assert len(plan.table("left").rows) == totals["left"]


def test_prices_are_read_strictly(province: Workspace) -> None:
    plan = road_hardening(province, prices="dat=3,*=1.5")
    assert plan.totals["price_bn"] >= 1.5 * plan.totals["km"] - 1e-6
    for wrong in ("dat=3", "mud=1,*=2", "dat=x,*=2", "dat=-1,*=2"):
        with pytest.raises(DataError, match="prices"):
            road_hardening(province, prices=wrong)


def test_reach_equals_networkx(province: Workspace) -> None:
    result = reach(province)
    study = Run(reach, reach.settings(province, {}), Inputs(province), None)
    net = read_roads(study).network
    net, _ = with_joins(net, near_misses(net, within_m=60))
    graph = nx.Graph()
    for u, v, metres in zip(net.u.tolist(), net.v.tolist(), net.length_m.tolist(), strict=True):
        if not graph.has_edge(u, v) or graph[u][v]["weight"] > metres:
            graph.add_edge(u, v, weight=metres)
    hospitals, villages = province.read("hospitals"), province.read("villages")
    for place, frame in (("goal", hospitals), ("start", villages.iloc[50::200])):
        found = nearest_edges(net, frame.geometry.to_numpy(), within_m=1_000)
        for row in found.itertuples():
            name = (place, int(row.point))
            edge = int(row.edge)
            graph.add_edge(name, int(net.u[edge]), weight=row.along_m + row.away_m)
            rest = net.length_m[edge] - row.along_m + row.away_m
            graph.add_edge(name, int(net.v[edge]), weight=rest)
    goals = {node for node in graph if isinstance(node, tuple) and node[0] == "goal"}
    away = nx.multi_source_dijkstra_path_length(graph, goals)
    rows = result.table("places").rows.set_index("place_code")["distance_km"]
    for number, code in enumerate(villages["village_code"].iloc[50::200]):
        wanted = away.get(("start", number), np.nan) / 1_000
        # Two places on one edge could meet without passing an end: none of these do.
        assert rows[code] == pytest.approx(wanted, nan_ok=True, abs=1e-6)


def test_reach_says_what_it_could_not_compute(province: Workspace) -> None:
    near = reach(province, snap_m=50)
    codes = {notice.code for notice in near.warnings}
    assert {"off_road", "cut_off"} & codes
    assert near.totals["reached"] < 1523
    with pytest.raises(DataError, match="bands_km"):
        reach(province, bands_km="near,far")
    with pytest.raises(DataError, match="speeds_kmh"):
        reach(province, speeds_kmh="tinh=40")


def test_gates_on_the_border_line_belong_to_the_nearest_commune(province: Workspace) -> None:
    result = reach(province, places="border_gates", goals="commune_centres", snap_m=5_000)
    assert result.table("places").rows["zone_name"].notna().all()
    gates, communes = province.read("border_gates"), province.read("communes_2025")
    inside = gpd.sjoin(gates, communes[["geometry"]], predicate="within")
    assert len(inside) < len(gates)


def test_the_law_knows_which_districts_are_exact_unions(province: Workspace) -> None:
    by_law = crosswalk(province, by="law")
    assert by_law.totals["old_exact"] == 8
    inexact = by_law.table("units").rows.query("kind == 'divided'")["zone_name"].tolist()
    assert inexact == ["TP Lạng Sơn", "Cao Lộc", "Văn Quan"]
    carried = by_law.table("carried").rows.set_index("zone_name")
    assert np.isnan(carried.loc["TP Lạng Sơn", "value"])
    # The city's 77.94 km² lie between what is surely in it and what may be.
    city = carried.loc["TP Lạng Sơn"]
    assert city["low"] < city["stated"] < city["high"]
    assert carried.loc["Bắc Sơn", "error"] == pytest.approx(0, abs=0.1)


def test_a_crosswalk_by_area_keeps_sums_and_tells_of_the_law(province: Workspace) -> None:
    for direction in ("back", "forward"):
        found = crosswalk(province, direction=direction)
        assert found.totals["after"] == pytest.approx(found.totals["before"])
        assert "law_disagrees" in {notice.code for notice in found.warnings}
    people = crosswalk(province, by="people")
    assert people.table("pairs").rows.groupby("old_code")["share_pct"].sum().to_numpy() == (
        pytest.approx(100)
    )


def test_a_crosswalk_needs_one_family(province: Workspace) -> None:
    with pytest.raises(DataError, match="family"):
        crosswalk(province, old="settlements")
    with pytest.raises(DataError, match="number"):
        crosswalk(province, indicator="name")
