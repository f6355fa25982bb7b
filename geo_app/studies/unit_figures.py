"""An indicator by the units of one layer: as stated, or carried from units of another date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo_app.analysis.crosswalk import Rule, carry
from geo_app.domain.result import Notice
from geo_app.domain.statistic import Adds, Indicator
from geo_app.domain.text import Bilingual
from geo_app.studies.crosswalk import law_notices, shares_between, shares_by_law
from geo_app.studies.statistics import weights_of
from geo_app.studies.study import Run
from geo_app.studies.zones import Zones, read_zones

_RULES: dict[Adds, Rule] = {"sum": "count", "mean": "share"}
_CANNOT = Bilingual(
    "Chỉ tiêu này không gộp, không chia được: số liệu theo “{vintage}” không chuyển sang đơn vị "
    "của bản đồ.",
    "This indicator can be neither put together nor divided: the figures by “{vintage}” are not "
    "carried to the units of the map.",
)
_NO_LAYER = Bilingual(
    "{count} số liệu thuộc bộ đơn vị “{vintage}”, không có lớp nào cùng nhóm với đơn vị của bản "
    "đồ: không được thể hiện.",
    "{count} figures belong to the units “{vintage}”, which no layer of the map's family shows: "
    "they are left out.",
)
_NO_UNIT = Bilingual(
    "{count} số liệu có mã đơn vị mà lớp “{layer}” không có: {codes}.",
    "{count} figures have codes of units that layer “{layer}” does not have: {codes}.",
)
_INSIDE = Bilingual(
    "Số liệu của “{vintage}” được chuyển sang “{layer}”: mỗi đơn vị chia ra nhận bình quân của "
    "đơn vị cũ; khác biệt bên trong đơn vị cũ không thấy được.",
    "Figures of “{vintage}” are carried to “{layer}”: every part of a divided unit gets its mean; "
    "differences inside the divided unit do not show.",
)
_DIVIDED = Bilingual(
    "Số liệu của “{vintage}” được chuyển sang “{layer}”, chia theo {by}: giá trị thật nằm giữa "
    "thấp nhất và cao nhất.",
    "Figures of “{vintage}” are carried to “{layer}”, divided by {by}: the true value lies between "
    "the least and the largest.",
)


@dataclass(frozen=True, eq=False)
class UnitFigures:
    """
    An indicator by unit and period.

    `frame` has one row per unit and period: ``zone_code``, ``zone_name``, ``period``, ``value``,
    ``low`` and ``high`` (between which it lies), ``estimated_pct`` (how much of it rests on units
    that were divided), ``basis`` (stated, carried, unknown), ``broken``, ``source`` and ``note``.
    """

    frame: pd.DataFrame
    notices: tuple[Notice, ...]

    @property
    def periods(self) -> list[str]:
        """Those for which any unit has a figure, oldest first."""
        known = self.frame[self.frame["value"].notna()]
        return sorted(known["period"].unique())


def unit_figures(
    run: Run, indicator: Indicator, zones: Zones, figures: pd.DataFrame
) -> UnitFigures:
    """
    Give every unit of a layer its figure in every period.

    A period that the layer's own units have figures for is taken as it is; another is carried from
    the units of the family that have it, the newest first.

    Parameters
    ----------
    run
        With the settings of `SHARED_BY`, `MERGERS` and `VILLAGES`.
    figures
        What `read_statistics` found of the indicator and its weight.
    """
    own = figures[figures["indicator"] == indicator.id]
    by_vintage = {str(name): rows for name, rows in own.groupby("vintage")}
    by_vintage.pop(run.inputs.ws.settings.outline, None)
    stated = by_vintage.pop(zones.layer.id, own.iloc[:0])
    notices = _strangers(zones, stated)
    tables = [_stated(zones, rows) for _, rows in stated.groupby("period")]
    done = set(stated["period"])
    for vintage in sorted(by_vintage, key=lambda name: _day(run, name), reverse=True):
        rows = by_vintage[vintage]
        left = rows[~rows["period"].isin(done)]
        if left.empty:
            continue
        if not _related(run, zones, vintage):
            notices.append(Notice("no_layer", _NO_LAYER.filled(count=len(left), vintage=vintage)))
            continue
        source = read_zones(run.inputs, vintage)
        if indicator.adds == "none":
            notices.append(Notice("not_divisible", _CANNOT.filled(vintage=source.layer.title)))
            continue
        shares, told = _shares(run, zones, source)
        tables += _carried(indicator, zones, source, left, figures, shares)
        notices += [*_strangers(source, left), _told(run, indicator, zones, source), *told]
        done |= set(left["period"])
    columns = [*zones.labels, "period", *_MEASURES, "basis", "broken", "source", "note"]
    frame = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return UnitFigures(frame, tuple(notices))


_MEASURES = ("value", "low", "high", "estimated_pct")


def _day(run: Run, vintage: str) -> date:
    layer = run.inputs.ws.catalogue.layers.get(vintage)
    return (layer.vintage if layer else None) or date.min


def _related(run: Run, zones: Zones, vintage: str) -> bool:
    """Tell whether a vintage is a layer of the family that this reader may see."""
    if zones.layer.family is None or not run.inputs.available(vintage):
        return False
    layer = run.inputs.layer(vintage)
    return layer.geometry == "polygon" and layer.family == zones.layer.family


def _stated(zones: Zones, rows: pd.DataFrame) -> pd.DataFrame:
    found = rows.set_index("unit_code").reindex(zones.frame["zone_code"]).reset_index(drop=True)
    value = found["value"].astype("float64")
    return zones.labels.assign(
        period=rows["period"].iloc[0],
        value=value,
        low=value,
        high=value,
        estimated_pct=np.where(value.notna(), 0.0, np.nan),
        basis=np.where(value.notna(), "stated", "unknown"),
        broken=bool(rows["broken"].any()),
        source=found["source"],
        note=found["note"],
    )


@dataclass(frozen=True, eq=False)
class _Shares:
    """What part of each old unit lies in which new one; `back`: the figures are of the new ones."""

    table: pd.DataFrame
    back: bool


def _shares(run: Run, zones: Zones, source: Zones) -> tuple[_Shares, list[Notice]]:
    back = _day(run, source.layer.id) > _day(run, zones.layer.id)
    old, new = (zones, source) if back else (source, zones)
    law = shares_by_law(run, old, new)
    table, notices = shares_between(run, old, new, law)
    return _Shares(table, back), [*notices, *law_notices(old, table, law)]


def _carried(
    indicator: Indicator,
    zones: Zones,
    source: Zones,
    rows: pd.DataFrame,
    figures: pd.DataFrame,
    shares: _Shares,
) -> Iterator[pd.DataFrame]:
    codes = source.frame["zone_code"]
    for period, part in rows.groupby("period"):
        values = part.set_index("unit_code")["value"].reindex(codes)
        weight = None
        if indicator.weight is not None:
            weighing = weights_of(figures, indicator.weight, source.layer.id, str(period))
            weight = weighing["value"].reindex(codes)
            values = values.where(weight != 0, values.fillna(0.0))
            weight = weight.reset_index(drop=True).astype("float64")
        found = carry(
            values.reset_index(drop=True).astype("float64"),
            shares.table,
            rule=_RULES[indicator.adds],
            weight=weight,
            back=shares.back,
        ).reindex(zones.frame.index)
        yield zones.labels.join(found).assign(
            period=str(period),
            basis=np.where(found["value"].notna(), "carried", "unknown"),
            broken=bool(part["broken"].any()),
            source=part["source"].iloc[0],
            note=None,
        )


def _told(run: Run, indicator: Indicator, zones: Zones, source: Zones) -> Notice:
    names = {"vintage": source.layer.title, "layer": zones.layer.title}
    if indicator.adds == "mean":
        return Notice("carried_mean", _INSIDE.filled(**names))
    by = next(each for each in run.study.parameters if each.name == "by").options[run["by"]]
    return Notice("carried_divided", _DIVIDED.filled(**names, by=by))


def _strangers(zones: Zones, rows: pd.DataFrame) -> list[Notice]:
    """Name the codes of units that the layer does not have."""
    codes = rows.loc[~rows["unit_code"].isin(zones.frame["zone_code"]), "unit_code"]
    if codes.empty:
        return []
    listed = ", ".join(codes.unique()[:10])
    values = {"count": len(codes), "layer": zones.layer.title, "codes": listed}
    return [Notice("unit_unknown", _NO_UNIT.filled(**values))]
