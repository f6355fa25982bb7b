"""The tables and the map of road rules: the rows of judgements in each."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

import geopandas as gpd

from geo_app.domain.layer import Field
from geo_app.domain.plan import Rule
from geo_app.domain.result import Picture, Table, column
from geo_app.domain.text import Bilingual
from geo_app.studies.drawing import by_class
from geo_app.studies.inputs import Inputs
from geo_app.studies.judged_roads import CLASSES, ROAD_CLASS, Judgement, year_text
from geo_app.studies.road_rule_words import (
    BELOW_RULE,
    BRIDGE,
    BRIDGE_STYLES,
    BRIDGES,
    DOUBTFUL,
    FIGURES,
    GRADE,
    GRADES,
    LENGTH,
    LIST,
    NOT_KNOWN,
    ON_MAP,
    ON_MAP_STYLES,
    POSTS,
    REQUIRED,
    ROAD,
    ROADBED,
    RULE,
    UNASSIGNED,
    UNASSIGNED_TITLE,
    VERDICTS,
    WHY,
)

_SECTION_KEY = ["layer", "section"]


def field_title(inputs: Inputs, layers: Iterable[str], name: str) -> Bilingual:
    """Return how the first of the layers that has a field titles it."""
    known = [each.fields[name].title for each in map(inputs.layer, layers) if name in each.fields]
    return known[0] if known else Bilingual(name, name)


def _codes(inputs: Inputs, layers: Iterable[str], *names: str) -> dict[str, Bilingual]:
    """Return how the layers title the codes of some fields."""
    found: dict[str, Bilingual] = {}
    for layer in map(inputs.layer, layers):
        for name in names:
            if name in layer.fields:
                found = {**layer.fields[name].values, **found}
    return found


def rules_table(inputs: Inputs, judgements: Sequence[Judgement]) -> Table:
    """Return a row per rule and field it takes roads by: kilometres, shares, numbers."""
    rows, bases = [], {}
    for each in judgements:
        for name in each.check.roads or ("",):
            code = f"{each.rule.id} {name}".strip()
            basis = field_title(inputs, each.rule.layers, name) if name else LIST
            bases[code] = Bilingual(f"{each.rule.id} – {basis.vi}", f"{each.rule.id} – {basis.en}")
            rows.append({"rule": each.rule.id, "judgement": code, **_figures(each, name)})
    named = {each.rule.id: titled(each.rule) for each in judgements}
    fields = (
        column("rule", "Quy tắc", "Rule", kind="text", values=named),
        column("judgement", "Đường xét, chọn theo", "Roads taken by", kind="text", values=bases),
        *FIGURES,
    )
    return _table("rules", Bilingual("Các quy tắc", "The rules"), fields, pd.DataFrame(rows))


def titled(rule: Rule) -> Bilingual:
    """Return a rule's number and title."""
    return Bilingual(f"{rule.id}. {rule.title.vi}", f"{rule.id}. {rule.title.en}")


def _figures(each: Judgement, name: str) -> dict[str, Any]:
    """Return the figures for the roads that one field takes; none where it was not judged."""
    if each.state != "judged":
        return {"state": each.state}
    rows = each.rows[each.taken[name]]
    if rows.empty:
        return {"state": "no_field" if name in each.unfilled else "none"}
    count = rows["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
    found = {
        "state": each.state,
        "features": len(rows),
        "fail_features": int(count["fail"]),
        "unknown_features": int(count["unknown"]),
    }
    if each.of_bridges:
        return {**found, **(100 * count / len(rows)).add_suffix("_pct")}
    km = rows["km"].groupby(rows["verdict"]).sum().reindex(list(VERDICTS), fill_value=0.0)
    whole = float(km.sum())
    if not whole:
        return {**found, "state": "no_line"}
    shares = (100 * km / whole).add_suffix("_pct")
    found |= {"km": whole, **km.add_suffix("_km"), **shares}
    if each.check.judge == "grade":
        for grade in ("V", "VI"):
            part = rows.loc[rows["grade"] == grade, "km"].sum()
            found[f"grade_{grade.lower()}_pct"] = 100 * part / whole
    return found


def classes_table(inputs: Inputs, layers: Sequence[str], sections: pd.DataFrame) -> Table:
    """Return kilometres and shares by management class and grade: of 2023, and of now."""
    named = {**_codes(inputs, layers, ROAD_CLASS, *CLASSES), UNASSIGNED: UNASSIGNED_TITLE}
    grade = sections["grade"].fillna("unknown")
    km = {
        f"{name}_km": sections["km"]
        .groupby([sections[name].fillna(UNASSIGNED).rename("road_class"), grade])
        .sum()
        for name in CLASSES
    }
    rows = pd.DataFrame(km).fillna(0.0).reset_index()
    whole = rows.groupby("road_class")[list(km)].transform("sum")
    rows[[f"{name}_pct" for name in CLASSES]] = 100 * rows[list(km)] / whole.where(whole > 0)
    order = {code: rank for rank, code in enumerate([*named, *GRADES])}
    rows = rows.sort_values(["road_class", "grade"], key=lambda codes: codes.map(order))
    figures = [
        column(f"{name}_{unit}", title.vi, title.en, unit=unit)
        for name in CLASSES
        for title in [field_title(inputs, layers, name)]
        for unit in ("km", "pct")
    ]
    fields = (
        column("road_class", "Hệ thống đường", "Management class", kind="text", values=named),
        GRADE,
        *figures,
    )
    title = Bilingual("Hệ thống đường và cấp kỹ thuật", "Management class and grade")
    return _table("classes", title, fields, rows)


def stretches_tables(
    inputs: Inputs, layers: Sequence[str], judgements: Sequence[Judgement]
) -> tuple[Table, Table, Table]:
    """Return the stretches below their rule, not judged, and met only by the grade recorded."""
    rows = _stretches(judgements).rename(columns={"length_km": "stated_km", "km": "length_km"})
    rows["year_maintained"] = year_text(rows["year_maintained"])
    fields = (
        RULE,
        *ROAD,
        LENGTH,
        REQUIRED,
        GRADE,
        WHY,
        column("places", "Qua khu dân cư", "Through settlements", kind="text"),
        *ROADBED,
        _field(inputs, layers, "terrain"),
        *(_field(inputs, layers, name) for name in CLASSES),
        _field(inputs, layers, "year_maintained"),
        *(POSTS if rows["from_km"].notna().any() else ()),
        column(
            "layer",
            "Lớp",
            "Layer",
            kind="text",
            values={name: inputs.layer(name).title for name in layers},
        ),
    )
    return (
        _table("below", BELOW_RULE, fields, rows[rows["verdict"] == "fail"]),
        _table("unknown", NOT_KNOWN, fields, rows[rows["verdict"] == "unknown"]),
        _table("doubtful", DOUBTFUL, fields, rows[rows["doubtful"]]),
    )


def _stretches(judgements: Sequence[Judgement]) -> gpd.GeoDataFrame:
    """Return what was judged on roads, a row per rule and section or stretch."""
    frames = [
        (each.rows.iloc[:0] if each.of_bridges else each.rows).assign(
            rule=each.rule.id, judge=each.check.judge, cut=each.check.within is not None
        )
        for each in judgements
    ]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)


def _field(inputs: Inputs, layers: Sequence[str], name: str) -> Field:
    title = field_title(inputs, layers, name)
    values = _codes(inputs, layers, name)
    return column(name, title.vi, title.en, kind="text", values=values)


def bridges_table(inputs: Inputs, layers: Sequence[str], judgements: Sequence[Judgement]) -> Table:
    """Return the bridges that are weak, or not known to be sound."""
    rows = _bridges(judgements)
    recorded = {
        name: inputs.layer(each.check.bridges).field(name)
        for each in judgements
        if each.check.bridges and each.state == "judged"
        for name in each.check.weak
    }
    fields = (
        RULE,
        BRIDGE,
        column("bridge", "Mã cầu", "Bridge code", kind="text"),
        *ROAD,
        column("verdict", "Kết quả", "Result", kind="text", values=BRIDGES),
        WHY,
        *recorded.values(),
        column("load_t", "Tải trọng cho phép", "Load limit", unit="t"),
        *(_field(inputs, layers, name) for name in CLASSES),
    )
    title = Bilingual("Cầu yếu, cầu chưa rõ", "Bridges weak or not known")
    return _table("bridges", title, fields, rows[rows["verdict"] != "pass"])


def _bridges(judgements: Sequence[Judgement]) -> pd.DataFrame:
    frames = [each.rows.assign(rule=each.rule.id) for each in judgements if each.of_bridges]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"verdict": []})


def pictures(judgements: Sequence[Judgement]) -> tuple[Picture, ...]:
    """Draw the roads by their worst verdict, stretches inside areas over them, and the bridges."""
    drawn = []
    roads = _worst(_stretches(judgements))
    if len(roads):
        shown = column("result", "Kết quả", "Result", kind="text", values=ON_MAP)
        told = [*ROAD, shown, RULE, WHY, GRADE, *ROADBED]
        title = Bilingual("Đường theo quy tắc", "Roads and the rules")
        drawn.append(by_class("road_rules", title, "line", roads, told, "result", ON_MAP_STYLES))
    bridges = _bridges(judgements)
    if len(bridges):
        shown = column("verdict", "Kết quả", "Result", kind="text", values=BRIDGES)
        told = [BRIDGE, *ROAD, shown, WHY]
        title = Bilingual("Cầu", "Bridges")
        frame = gpd.GeoDataFrame(bridges)
        drawn.append(by_class("bridges", title, "point", frame, told, "verdict", BRIDGE_STYLES))
    return tuple(drawn)


def _worst(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per section, and per stretch cut from one, with the rules behind it."""
    late = (rows["judge"] == "maintained") & (rows["verdict"] == "fail")
    rows["result"] = rows["verdict"].mask(late, "unmaintained")
    rank = rows["result"].map({code: place for place, code in enumerate(ON_MAP)})
    worst = rows[
        rank == rank.groupby([rows[name] for name in [*_SECTION_KEY, "cut"]]).transform("max")
    ]
    rules = worst.groupby([*_SECTION_KEY, "cut"])["rule"].transform(", ".join)
    kept = worst.assign(rule=rules, rank=rank).drop_duplicates([*_SECTION_KEY, "cut"])
    return kept.sort_values(["cut", "rank"], kind="stable", ignore_index=True)


def _table(name: str, title: Bilingual, fields: Sequence[Field], rows: pd.DataFrame) -> Table:
    whole = [each.name for each in fields if each.type == "integer"]
    shown = rows.reindex(columns=[each.name for each in fields])
    shown = pd.DataFrame(shown).astype(dict.fromkeys(whole, "Int64"))
    return Table(name, title, tuple(fields), shown.reset_index(drop=True))
