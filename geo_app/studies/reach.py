"""Reach: how far, and how long, from places to the nearest gate, hospital, market, centre."""

from typing import Any

import pandas as pd

import geopandas as gpd

from geo_app.domain.result import Chart, Notice, Picture, Table, column, first_row
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.drawing import choropleth
from geo_app.studies.result import Result
from geo_app.studies.roads import JOIN, ROADS
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.travel import OFF_ROAD, PAVED, SPEEDS, read_points, travel
from geo_app.studies.zones import Zones, outside_notice, place_points, read_zones, zones_parameter

DEFINITION = Bilingual(
    "Khoảng cách và thời gian đi theo đường từ mỗi nơi đến nơi gần nhất của lớp đích: đường ngắn "
    "nhất cho km, đường nhanh nhất cho phút (hai đường có thể khác nhau). Tốc độ theo loại đường "
    "là thiết lập, đường chưa cứng hóa hoặc chưa rõ mặt đường chỉ đạt 60 % tốc độ đó; từ điểm ra "
    "đường tính đi bộ 5 km/giờ theo đường chim bay. Không xét độ dốc, giao thông, cầu yếu, đường "
    "cấm.",
    "Distance and time by road from each place to the nearest of the destination layer: the "
    "shortest way for km, the fastest for minutes (they may differ). Speeds by road class are a "
    "setting; a road that is not paved, or of unknown surface, gives 60 % of it; from point to "
    "road is walked at 5 km/h in a straight line. Slope, traffic, weak bridges and bans are "
    "ignored.",
)
EXPLANATION = Bilingual(
    "{reached:,} trong {places:,} nơi của “{origin}” đến được “{goal}” theo đường; một nửa trong "
    "không quá {median_km:.1f} km hay {median_min:.0f} phút, xa nhất {most_km:.1f} km. "
    "{near_pct:.1f} % ở trong {band:g} km.",
    "{reached:,} of {places:,} places of “{origin}” reach “{goal}” by road; half within "
    "{median_km:.1f} km or {median_min:.0f} minutes, the farthest {most_km:.1f} km. {near_pct:.1f} "
    "% are within {band:g} km.",
)
PLACE_COLUMNS = (
    column("place_code", "Mã", "Code", kind="text"),
    column("place_name", "Nơi đi", "From", kind="text"),
    column("zone_name", "Đơn vị", "Zone", kind="text"),
    column("goal_name", "Nơi đến gần nhất theo km", "Nearest by distance", kind="text"),
    column("distance_km", "Khoảng cách", "Distance", unit="km"),
    column("fastest_name", "Nơi đến nhanh nhất", "Nearest by time", kind="text"),
    column("time_min", "Thời gian (phút)", "Time (minutes)"),
    column("off_road_m", "Từ điểm ra đường", "From point to road", unit="m"),
)
_COUNTS = (
    column("places", "Số nơi", "Places", kind="integer"),
    column("reached", "Đến được", "Reached", kind="integer"),
    column("median_km", "Trung vị", "Median distance", unit="km"),
    column("most_km", "Xa nhất", "Farthest", unit="km"),
    column("median_min", "Trung vị (phút)", "Median time (minutes)"),
)


def _compute(run: Run) -> Result:
    zones = read_zones(run.inputs, run["zones"])
    bands = _numbers(run, "bands_km")
    start = read_points(run, "places", run["places"])
    found = travel(run, start, read_points(run, "goals", run["goals"]))
    found["zone"] = place_points(zones, start)
    found["zone_name"] = zones.frame["zone_name"].reindex(found["zone"]).to_numpy()
    fields = (*_COUNTS, *_band_columns(bands))
    rows = zones.labels.join(_summary(found, bands, fields, by="zone"))
    counts = [each.name for each in fields if each.type == "integer"]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    totals = first_row(_summary(found, bands, fields, by=None))
    zone_fields = (*_zone_fields(), *fields)
    return run.result(
        tables=(
            Table("zones", zones.layer.title, zone_fields, rows),
            _place_table(found),
        ),
        totals=totals,
        total_fields=fields,
        definition=DEFINITION,
        explanation=_explanation(run, totals, bands),
        warnings=tuple(_notices(run, found)),
        charts=(_chart(),),
        pictures=(_picture(zones, rows, zone_fields, bands),),
    )


def _zone_fields() -> tuple[Any, ...]:
    return (
        column("zone_code", "Mã", "Code", kind="text"),
        column("zone_name", "Đơn vị", "Zone", kind="text"),
    )


def _numbers(run: Run, name: str) -> list[float]:
    try:
        found = sorted(float(part) for part in run[name].split(",") if part.strip())
    except ValueError:
        found = []
    if not found or found[0] <= 0:
        message = f"{name}: found {run[name]!r}; expected numbers above 0 such as 5,10,20"
        raise DataError(
            message, vi=f"Không đọc được {run[name]!r}; hãy ghi các số lớn hơn 0, ví dụ 5,10,20."
        )
    return found


def _band_columns(bands: list[float]) -> tuple[Any, ...]:
    return tuple(
        column(f"within_{band:g}_pct", f"Trong {band:g} km", f"Within {band:g} km", unit="pct")
        for band in bands
    )


def _summary(
    found: pd.DataFrame, bands: list[float], fields: tuple[Any, ...], *, by: str | None
) -> pd.DataFrame:
    """Sum the places up, by zone or all together; the shares are of all places."""
    km = found["distance_km"]
    counted = pd.DataFrame(
        {
            "group": found[by] if by else 0,
            "places": 1,
            "reached": km.notna().astype(int),
            **{f"within_{band:g}_pct": 100.0 * (km <= band) for band in bands},
        }
    )
    groups = counted.groupby("group")
    rows = groups[["places", "reached"]].sum()
    for band in bands:
        rows[f"within_{band:g}_pct"] = groups[f"within_{band:g}_pct"].mean()
    rows["median_km"] = km.groupby(counted["group"]).median()
    rows["most_km"] = km.groupby(counted["group"]).max()
    rows["median_min"] = found["time_min"].groupby(counted["group"]).median()
    return rows[[each.name for each in fields]]


def _place_table(found: gpd.GeoDataFrame) -> Table:
    rows = pd.DataFrame(found[[each.name for each in PLACE_COLUMNS]])
    ordered = rows.sort_values("distance_km", ascending=False, na_position="first")
    title = Bilingual("Từng nơi, xa nhất trước", "Each place, the farthest first")
    return Table("places", title, PLACE_COLUMNS, ordered.reset_index(drop=True))


def _explanation(run: Run, totals: dict[str, Any], bands: list[float]) -> Bilingual:
    return EXPLANATION.filled(
        reached=int(totals["reached"]),
        places=int(totals["places"]),
        origin=run.inputs.layer(run["places"]).title,
        goal=run.inputs.layer(run["goals"]).title,
        median_km=totals["median_km"],
        median_min=totals["median_min"],
        most_km=totals["most_km"],
        near_pct=totals[f"within_{bands[-1]:g}_pct"],
        band=bands[-1],
    )


def _notices(run: Run, found: pd.DataFrame) -> list[Notice]:
    notices = outside_notice(int((found["zone"] < 0).sum()), Bilingual("nơi", "places"))
    off = int(found["off_road_m"].isna().sum())
    if off:
        text = Bilingual(
            "{count} nơi không có đường trong {snap:g} m: không tính được.",
            "{count} places have no road within {snap:g} m: nothing can be computed.",
        )
        notices.append(Notice("off_road", text.filled(count=off, snap=run["snap_m"])))
    cut_off = int((found["off_road_m"].notna() & found["distance_km"].isna()).sum())
    if cut_off:
        text = Bilingual(
            "{count} nơi nằm trên phần mạng đường không nối tới đích nào.",
            "{count} places lie on a part of the network that leads to no destination.",
        )
        notices.append(Notice("cut_off", text.filled(count=cut_off)))
    return notices


def _chart() -> Chart:
    title = Bilingual("Khoảng cách trung vị theo đơn vị, km", "Median distance by zone, km")
    return Chart("bars", title, "zones", "zone_name", ("median_km",))


def _picture(
    zones: Zones, rows: pd.DataFrame, fields: tuple[Any, ...], bands: list[float]
) -> Picture:
    title = Bilingual("Khoảng cách trung vị theo đường", "Median distance by road")
    frame = zones.frame[["geometry"]].join(rows)
    return choropleth("reach", title, frame, fields, "median_km", bands)


reach = Study(
    name="reach",
    title=Bilingual("Khoảng cách đến nơi cần đến", "Reach"),
    summary=Bilingual(
        "Bao xa, bao lâu từ thôn đến cửa khẩu, bệnh viện, chợ, trung tâm xã, nút giao gần nhất.",
        "How far and how long from villages to the nearest gate, hospital, market, commune centre "
        "or junction.",
    ),
    parameters=(
        zones_parameter(),
        Parameter(
            "places",
            "layer",
            "villages",
            Bilingual("Từ", "From"),
            Bilingual("Lớp nơi đi.", "Layer of the places."),
            geometry=("point", "polygon"),
        ),
        Parameter(
            "goals",
            "layer",
            "hospitals",
            Bilingual("Đến nơi gần nhất của", "To the nearest of"),
            Bilingual("Lớp đích.", "Layer of the destinations."),
            geometry=("point", "polygon"),
        ),
        ROADS,
        PAVED,
        JOIN,
        OFF_ROAD,
        Parameter(
            "bands_km",
            "text",
            "5,10,20,30",
            Bilingual("Các mức khoảng cách (km)", "Bands (km)"),
            Bilingual("Tăng dần, ngăn bằng dấu phẩy.", "Ascending, with commas between."),
        ),
        SPEEDS,
    ),
    compute=_compute,
)
