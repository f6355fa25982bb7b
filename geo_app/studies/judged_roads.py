"""The sections of the road layers, and the verdict of one rule of the plan on each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd

from geo_app.analysis.planar import require_planar
from geo_app.analysis.road_grades import (
    Widths,
    maintained_in,
    parts_inside,
    reaches_grade,
    reaches_roadbed,
    suggested_grades,
)
from geo_app.domain.plan import Plan, Rule
from geo_app.domain.plan_terms import ROAD_GRADES
from geo_app.domain.road_check import RURAL_GRADES, RoadCheck
from geo_app.studies.inputs import Inputs

Texts = NDArray[np.object_]

CLASSES = ("road_class_2023", "road_class_now")
"""Fields of the management class; a layer without them may have one `ROAD_CLASS` for both."""
ROAD_CLASS = "road_class"
FIELDS = (
    *CLASSES,
    "grade",
    "roadbed_m",
    "terrain",
    "year_maintained",
    "from_km",
    "to_km",
    "length_km",
)
LEAST_LOAD = "load_min_t"
"""Value of a rule: bridges whose load limit is lower are weak. Without it loads do not count."""
NUMBERS = ("roadbed_m", "year_maintained", "from_km", "to_km", "length_km")
_WIDTH = re.compile(rf"(.+)_({'|'.join(ROAD_GRADES)})_roadbed_m", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Judgement:
    """
    A rule, and what it was judged on.

    `state` is ``judged``, or says why it was not. `rows` are the sections, stretches or bridges:
    the columns of the sections, and ``verdict`` (pass, fail, unknown), ``why``, ``required`` (grade
    or year), ``suggested``, ``doubtful`` (met on a roadbed narrower than asked), ``places``.
    `taken` has a column per field of the check: which rows it takes. `unfilled` are the fields that
    hold nothing: whom they concern is not known.
    """

    rule: Rule
    state: str
    rows: gpd.GeoDataFrame
    taken: pd.DataFrame
    unfilled: frozenset[str]

    @property
    def check(self) -> RoadCheck:
        """How the rule is judged."""
        assert self.rule.check is not None
        return self.rule.check

    @property
    def of_bridges(self) -> bool:
        """Whether bridges are judged, by their number."""
        return self.check.judge == "bridges"


def road_layers(inputs: Inputs, rule: Rule) -> list[str]:
    """Return the line layers of a rule that have data and a field by which it takes roads."""
    assert rule.check is not None
    wanted = {*rule.check.roads, *([ROAD_CLASS] if set(CLASSES) & set(rule.check.roads) else ())}
    return [
        layer
        for layer in rule.layers
        if inputs.layer(layer).geometry == "line"
        and inputs.available(layer)
        and wanted & {each.name for each in inputs.ws.fields(inputs.layer(layer))}
    ]


def read_sections(
    inputs: Inputs, layers: Iterable[str], fields: Iterable[str] = ()
) -> gpd.GeoDataFrame:
    """
    Read the sections of road layers under one set of columns.

    Returns
    -------
    sections
        ``layer``, ``section`` (its key), ``road_name``, ``km`` (on the map), ``data_year``,
        `FIELDS` and `fields` (missing where the layer does not have them), in the province's CRS.
    """
    names = list(dict.fromkeys([*FIELDS, *fields]))
    frames = [_read(inputs, layer, names) for layer in layers]
    sections = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)
    require_planar(roads=sections)
    sections["km"] = sections.length.where(sections.geometry.notna()) / 1_000
    return sections


def _read(inputs: Inputs, name: str, fields: list[str]) -> gpd.GeoDataFrame:
    layer = inputs.layer(name)
    read = inputs.features(name, kinds=["line"])
    day = inputs.ws.versions[name].provenance.date
    columns = {field: _column(read, field) for field in fields}
    for field in CLASSES:
        if field not in read and ROAD_CLASS in read:
            columns[field] = _column(read, ROAD_CLASS)
    labels = {
        "layer": name,
        "section": section_names(read, layer.key),
        "road_name": _column(read, layer.name or ""),
        "data_year": float(day.year) if day else np.nan,
    }
    return gpd.GeoDataFrame({**labels, **columns}, geometry=read.geometry.array, crs=read.crs)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    numeric = name in NUMBERS
    if name not in frame:
        return pd.Series(np.nan, frame.index, dtype="float64" if numeric else object)
    found = frame[name]
    return pd.to_numeric(found).astype("float64") if numeric else found.astype(object)


def section_names(frame: pd.DataFrame, key: Iterable[str]) -> pd.Series:
    """Return the key of each section as text; missing where a part of it is, or a field."""
    parts = [_column(frame, name) for name in key]
    known = pd.concat([part.notna() for part in parts], axis=1).all(axis=1)
    text = [" ".join(map(str, row)) for row in zip(*parts, strict=True)]
    return pd.Series(text, frame.index, dtype=object).where(known, None)


def year_text(years: pd.Series) -> pd.Series:
    """Return years as text; missing where they are."""
    return years.map("{:.0f}".format).astype(object).where(years.notna(), None)


def read_widths(plan: Plan, topic: str | None, day: date) -> Widths:
    """Return the least roadbeds by terrain and grade that hold on `day`; empty: no such rule."""
    rule = plan.legal_rule_on(topic, day) if topic else None
    widths: dict[str, dict[str, float]] = {}
    for name, value in (rule.values if rule else {}).items():
        if match := _WIDTH.fullmatch(name):
            widths.setdefault(match[1], {})[match[2].upper()] = value
    return widths


def judge(
    inputs: Inputs,
    rule: Rule,
    sections: gpd.GeoDataFrame,
    *,
    widths: Widths,
    year: float,
) -> Judgement:
    """
    Judge a rule on the sections of its layers.

    Parameters
    ----------
    sections
        As `read_sections` gives them, of any layers.
    widths
        Least roadbeds that suggest a grade.
    year
        The year roads should have been maintained in; 0: that of each layer's data.
    """
    check = rule.check
    assert check is not None
    layers = road_layers(inputs, rule)
    state = _obstacle(inputs, check, layers)
    here = sections[sections["layer"].isin(layers)]
    taken = pd.DataFrame(
        {name: here[name].isin(values) for name, values in check.roads.items()}, here.index
    )
    unfilled = frozenset(name for name in check.roads if here[name].isna().all())
    if state != "judged":
        rows = here.iloc[:0].assign(places=None, verdict=None, why=None, required=None)
        rows = rows.assign(suggested=None, doubtful=False)
        return Judgement(rule, state, rows, taken.iloc[:0], unfilled)
    if check.judge == "bridges":
        rows, taken = _bridges(inputs, check, here, taken)
    else:
        rows = _within(inputs, check, here[taken.any(axis=1)])
    rows = gpd.GeoDataFrame(rows.copy())
    asked = pd.Series(year, rows.index) if year else rows["data_year"]
    met, why = _answers(rule, check, rows, widths, asked)
    rows["verdict"] = np.select([met.isna(), met.fillna(False)], ["unknown", "pass"], "fail")
    rows["why"] = pd.Series(why, rows.index, dtype=object).where(rows["verdict"] != "pass", None)
    rows["suggested"] = suggested_grades(rows["roadbed_m"], rows["terrain"], widths)
    rows["doubtful"] = _doubtful(rule, rows, widths)
    rows["required"] = year_text(asked) if check.judge == "maintained" else rule.worst_grade
    return Judgement(rule, state, rows, taken.loc[rows.index], unfilled)


def _obstacle(inputs: Inputs, check: RoadCheck, layers: list[str]) -> str:
    """Say what keeps a rule from being judged; ``judged`` where nothing does."""
    if not check.roads:
        return "no_list"
    if not layers:
        return "no_roads"
    if check.within and not inputs.available(check.within):
        return "no_areas"
    if check.bridges and not inputs.available(check.bridges):
        return "no_bridges"
    return "judged"


def _within(inputs: Inputs, check: RoadCheck, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if check.within is None or rows.empty:
        return rows.assign(places=None)
    areas = inputs.features(check.within, kinds=["polygon"])
    parts, through = parts_inside(rows, areas)
    names = _column(areas, inputs.layer(check.within).name or "").to_numpy()
    places = ["; ".join(dict.fromkeys(map(str, names[hit]))) for hit in through]
    return parts.assign(
        km=parts.length / 1_000, places=pd.Series(places, parts.index, dtype=object)
    )


def _bridges(
    inputs: Inputs, check: RoadCheck, sections: gpd.GeoDataFrame, taken: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the bridges on the roads taken, and those that name no section we know."""
    assert check.bridges is not None
    layer = inputs.layer(check.bridges)
    read = inputs.features(check.bridges, kinds=["point"])
    key = inputs.layer(sections["layer"].iloc[0]).key if len(sections) else ("section_code",)
    bridges = gpd.GeoDataFrame(
        {
            "bridge": section_names(read, layer.key).to_numpy(),
            "bridge_name": _column(read, layer.name or "").to_numpy(),
            "section": section_names(read, key).to_numpy(),
            "load_t": pd.to_numeric(_column(read, "load_t")).to_numpy(dtype="float64"),
            **{name: _column(read, name).to_numpy() for name in check.weak},
        },
        geometry=read.geometry.array,
        crs=read.crs,
    )
    own = sections.drop(columns=["geometry", "km"]).join(taken.add_prefix("taken "))
    own = own[own["section"].notna()].drop_duplicates("section")
    rows = bridges.merge(own, on="section", how="left").assign(km=np.nan, places=None)
    marks = rows[[f"taken {name}" for name in taken]]
    found = marks.isna() | marks.eq(True)
    found.columns = taken.columns
    return rows[found.any(axis=1)], found


def _answers(
    rule: Rule, check: RoadCheck, rows: gpd.GeoDataFrame, widths: Widths, asked: pd.Series
) -> tuple[pd.Series, Texts]:
    """Return whether each row meets the rule, missing where that is not known, and why not."""
    match check.judge:
        case "bridges":
            return _sound(rule, check, rows)
        case "maintained":
            last = rows["year_maintained"]
            reasons = {
                "date_unknown": asked.isna(),
                "year_unknown": last.isna(),
                "maintained_later": last > asked,
            }
            return maintained_in(last, asked), _first(reasons, "not_maintained")
    assert rule.worst_grade is not None
    grades = rows["grade"]
    by_grade = reaches_grade(grades, rule.worst_grade)
    unsure = {
        "grade_unknown": grades.isna(),
        "grade_unreadable": ~grades.isin([*ROAD_GRADES, *RURAL_GRADES]),
    }
    if check.judge == "grade":
        return by_grade, _first({**unsure, "rural_grade": grades.isin(RURAL_GRADES)}, "grade_below")
    terrain, roadbed_m = rows["terrain"], rows["roadbed_m"]
    by_roadbed = reaches_roadbed(roadbed_m, terrain, rule.worst_grade, widths)
    reasons = {
        "roadbed_unknown": roadbed_m.isna(),
        "terrain_unknown": terrain.isna(),
        "no_width": by_roadbed.isna(),
        **unsure,
    }
    return by_grade | by_roadbed, _first(reasons, "narrow")


def _sound(rule: Rule, check: RoadCheck, rows: gpd.GeoDataFrame) -> tuple[pd.Series, Texts]:
    """Tell which bridges are not weak: by what is recorded, and by load where the rule has one."""
    sound = pd.Series(True, rows.index, dtype="boolean")
    weak = pd.Series(False, rows.index)
    for name, values in check.weak.items():
        here = rows[name].isin(values)
        weak |= here
        sound &= (~here).astype("boolean").mask(rows[name].isna())
    least = rule.values.get(LEAST_LOAD)
    low = rows["load_t"] < least if least is not None else pd.Series(False, rows.index)
    if least is not None:
        sound &= (~low).astype("boolean").mask(rows["load_t"].isna())
    placed = rows["layer"].notna()
    reasons = {
        "road_unknown": ~placed,
        "recorded_weak": weak,
        "load_low": low,
        "condition_unknown": rows[list(check.weak)].isna().any(axis=1),
    }
    return sound.mask(~placed), _first(reasons, "load_unknown")


def _doubtful(rule: Rule, rows: gpd.GeoDataFrame, widths: Widths) -> pd.Series:
    """Tell what meets the rule by the grade recorded, on a roadbed narrower than it asks."""
    if rule.worst_grade is None:
        return pd.Series(False, rows.index)
    wide = reaches_roadbed(rows["roadbed_m"], rows["terrain"], rule.worst_grade, widths)
    narrow: pd.Series = (rows["verdict"] == "pass") & ~wide.fillna(True).astype(bool)
    return narrow


def _first(reasons: Mapping[str, pd.Series], otherwise: str) -> Texts:
    conditions = [each.to_numpy(dtype=bool) for each in reasons.values()]
    found: Texts = np.select(conditions, list(reasons), otherwise).astype(object)
    return found
