"""Forest cover: published figures, overlays and rasters as oracles, real communes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rasterstats import zonal_stats

import geopandas as gpd

from geo_app.domain.version import Version
from geo_app.errors import DataError, UnknownError
from geo_app.intake.build import build, plan_build
from geo_app.studies import Result, forest_change, forest_cover, forest_series
from geo_app.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def cover(province: Workspace) -> Result:
    return forest_cover(province)


def test_the_formula_meets_the_published_series_where_that_is_consistent(
    province: Workspace,
) -> None:
    result = forest_series(province)
    rows = result.rows.set_index("year")
    for year in ("2008", "2011", "2012", "2014", "2015"):
        assert abs(rows.loc[year, "computed_pct"] - rows.loc[year, "published_pct"]) < 0.1 + 1e-9
    assert rows.loc["2010", "difference_pct"] == 0.3
    assert rows.loc["2013", "difference_pct"] == 1.0
    assert np.isnan(rows.loc["2009", "computed_pct"])
    assert {notice.code for notice in result.warnings} == {
        "series_break", "published_disagrees", "term_missing",
    }  # fmt: skip


def test_nothing_is_drawn_or_said_across_the_break(province: Workspace) -> None:
    result = forest_series(province)
    rows = result.rows.set_index("year")
    assert rows.loc["2014", "change_pct"] == 3.6
    assert np.isnan(rows.loc["2015", "change_pct"])
    assert rows["stretch"].tolist() == [1] * 7 + [2]
    assert result.charts[0].breaks == (2015.0,)
    assert "2008–2014" in result.explain()
    # The trend is that of the unbroken years alone.
    years = rows.index[:-1].astype(float)
    slope = np.polyfit(years, rows["published_pct"].to_numpy()[:-1], 1)[0]
    assert result.totals["trend_pct"] == pytest.approx(slope)
    # Published figures of real data, but of long ago: no status.
    assert not result.illustrative
    assert result.plan_status() == {}


def test_cover_equals_an_overlay(province: Workspace, cover: Result) -> None:
    communes = province.read("communes_2025")
    blocks = province.read("forest")
    few = communes.head(6)
    pieces = gpd.overlay(few, blocks, how="intersection", keep_geom_type=True)
    shapes = blocks.set_index("forest_code").geometry
    part = pieces.area / shapes.loc[pieces["forest_code"]].area.to_numpy()
    formed = pieces["formed"].fillna(False).astype(bool)
    by_hand = (part * pieces["area_ha"]).where(formed, 0.0).groupby(pieces["commune_code_1"]).sum()
    found = cover.rows.set_index("zone_code")["formed_ha"].loc[by_hand.index]
    assert found.to_numpy() == pytest.approx(by_hand.to_numpy(), abs=1e-6)


def test_shares_and_gaps_follow_from_the_areas(cover: Result) -> None:
    row = cover.rows.iloc[0]
    assert row["cover_pct"] == pytest.approx(100 * row["formed_ha"] / row["official_ha"])
    assert row["all_forest_pct"] >= row["cover_pct"]
    assert row["gap_ha"] == pytest.approx(0.67 * row["official_ha"] - row["formed_ha"])
    totals = cover.totals
    assert totals["formed_ha"] == pytest.approx(cover.rows["formed_ha"].sum())
    assert totals["gap_points_pct"] == pytest.approx(67 - totals["cover_pct"])
    # The sample is balanced to the statistics of 2015.
    assert totals["cover_pct"] == pytest.approx(60.6, abs=0.6)
    types = cover.table("types").rows
    assert types["type"].tolist() == ["dac_dung", "phong_ho", "san_xuat", "ngoai_quy_hoach"]
    assert types["total_ha"].sum() == pytest.approx(totals["formed_ha"])


def test_districts_and_province_hold_the_same_forest(province: Workspace, cover: Result) -> None:
    for zones in ("districts_2023", "province_outline"):
        found = forest_cover(province, zones=zones).totals["formed_ha"]
        assert found == pytest.approx(cover.totals["formed_ha"], rel=2e-3)


def test_a_raster_gives_what_rasterstats_counts_within_its_bounds(province: Workspace) -> None:
    result = forest_cover(province, forest="forest_2015")
    raster = province.raster("forest_2015")
    communes = province.read("communes_2025")
    theirs = pd.DataFrame(zonal_stats(communes.geometry, str(raster.path), categorical=True))
    # Cells of 100 m are hectares.
    wanted = theirs[[2, 3]].sum(axis=1)
    assert result.rows["formed_ha"].to_numpy() == pytest.approx(wanted.to_numpy())
    rows = result.rows
    assert (rows["low_pct"] <= rows["map_pct"]).all()
    assert (rows["map_pct"] <= rows["high_pct"]).all()
    assert "raster_bounds" in {notice.code for notice in result.warnings}


def test_change_adds_up(province: Workspace) -> None:
    result = forest_change(province)
    rows = result.rows
    assert (rows["after_ha"] - rows["before_ha"]).to_numpy() == pytest.approx(
        rows["net_ha"].to_numpy()
    )
    matrix = result.table("matrix").rows.set_index("before")
    assert matrix.to_numpy().sum() == pytest.approx(832_363, rel=1e-3)
    gained = matrix.loc[["1", "4"], ["to_2_ha", "to_3_ha"]].to_numpy().sum()
    assert gained == pytest.approx(result.totals["gain_ha"])
    assert "series_break" in {notice.code for notice in result.warnings}


def test_zones_without_an_official_area_have_no_official_share(province: Workspace) -> None:
    result = forest_cover(province, zones="urban_areas")
    assert "area_unknown" in {notice.code for notice in result.warnings}
    assert np.isnan(result.totals["cover_pct"])
    assert result.to_json()["totals"]["cover_pct"] is None
    assert np.isfinite(result.totals["map_pct"])
    assert {"forest_outside"} <= {notice.code for notice in result.warnings}


def test_what_is_no_forest_or_no_zone_is_refused(province: Workspace) -> None:
    with pytest.raises(DataError, match="formed"):
        forest_cover(province, forest="communes_2025")
    with pytest.raises(DataError, match="polygon"):
        forest_cover(province, zones="villages")
    with pytest.raises(DataError, match="class codes"):
        forest_cover(province, forest="forest_2015", formed_classes="pine")
    with pytest.raises(UnknownError, match="there is no setting"):
        forest_cover(province, zone="communes_2025")


@pytest.fixture(scope="module")
def real_communes(
    shared_data: Path,
    province_files: Callable[[], Path],
    publish_frame: Callable[[Workspace, str, pd.DataFrame], Version],
) -> Workspace:
    """The sample's forest in the true communes of 2025."""
    ws = open_workspace(province_files())
    needed = ["forest", "forest_2015", "communes_2025"]
    for _ in build(ws, plan_build(ws, only=needed), workers=1):
        pass
    read = gpd.read_file(shared_data / "communes_2025.gpkg").to_crs(ws.settings.crs)
    names = {name.lower(): name for name in read.columns}
    layer = ws.catalogue.layer("communes_2025")
    columns = {}
    for field in layer.fields.values():
        alias = next((names[a] for a in (field.name, *field.aliases) if a in names), None)
        columns[field.name] = read[alias] if alias else None
    frame = gpd.GeoDataFrame(columns, geometry=read.geometry, crs=read.crs)
    frame["kind"] = np.where(frame["name"].str.contains("Phường"), "phuong", "xa")
    publish_frame(ws.latest(), "communes_2025", frame)
    return ws.latest()


@pytest.mark.slow
def test_real_communes_show_where_denominators_differ(real_communes: Workspace) -> None:
    result = forest_cover(real_communes)
    assert len(result.rows) == 65
    assert "denominators_differ" in {notice.code for notice in result.warnings}
    worst = result.rows.nlargest(1, "denominators_pct").iloc[0]
    assert worst["denominators_pct"] == pytest.approx(8.1, abs=0.2)
    # Only the forest is made up now, and that is enough.
    assert result.illustrative
    raster = forest_cover(real_communes, forest="forest_2015")
    assert raster.totals["formed_ha"] == pytest.approx(result.totals["formed_ha"], rel=0.03)
