"""Between two vintages of a family: which unit went where, and an indicator carried across."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.crosswalk import (
    area_shares,
    carry,
    exact_unions,
    listed_shares,
    weight_shares,
)
from geo_app.domain.result import Notice, Picture, Table
from geo_app.domain.text import Bilingual, comparable_name
from geo_app.errors import DataError
from geo_app.studies.crosswalk_tables import (
    BY,
    DIRECTIONS,
    KIND_STYLES,
    PAIR_COLUMNS,
    RULES,
    TOTAL_COLUMNS,
    UNIT_COLUMNS,
    carried_columns,
)
from geo_app.studies.drawing import by_class
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.villages import VILLAGES, read_villages
from geo_app.studies.zones import Zones, place_points, read_zones

DEFINITION = Bilingual(
    "Bảng chuyển đổi giữa hai thời điểm của cùng một nhóm đơn vị: phần của mỗi đơn vị cũ nằm trong "
    "mỗi đơn vị mới, theo diện tích, theo dân số (điểm thôn), hoặc theo bảng sắp xếp (không cần "
    "hình vẽ). Đơn vị là hợp đúng khi mọi đơn vị kia chạm vào nó đều nằm trọn trong nó. Chỉ số "
    "được chuyển theo quy tắc: số đếm thì chia theo phần (tổng giữ nguyên), tỷ lệ thì bình quân "
    "theo trọng số, chỉ số không chia được thì chỉ có giá trị ở hợp đúng.",
    "The crosswalk between two dates of one family of units: the part of each old unit in each new "
    "one, by area, by people (village points), or by the table of mergers (which needs no shapes). "
    "A unit is an exact union where every unit of the other date that touches it lies in it alone. "
    "An indicator is carried by a rule: a count is divided by the parts (sums are preserved), a "
    "share is averaged by weight, and what cannot be divided has a value for exact unions only.",
)
EXPLANATION = Bilingual(
    "{old_exact} trong {old} đơn vị của “{old_layer}” là hợp đúng của {new} đơn vị thuộc "
    "“{new_layer}” theo {by}. Chỉ số “{indicator}” chuyển từ “{source}” sang “{goal}”, tổng "
    "{before:,.2f} → {after:,.2f}.",
    "{old_exact} of {old} units of “{old_layer}” are exact unions of the {new} units of "
    "“{new_layer}”, by {by}. The indicator “{indicator}” is carried from “{source}” to “{goal}”; "
    "its sum {before:,.2f} → {after:,.2f}.",
)

SHARED_BY = Parameter(
    "by",
    "choice",
    "area",
    Bilingual("Chia theo", "Divide by"),
    Bilingual("Căn cứ của các phần.", "What the parts rest on."),
    options=BY,
)
MERGERS = Parameter(
    "mergers",
    "layer",
    "commune_mergers",
    Bilingual("Bảng sắp xếp", "Table of mergers"),
    Bilingual("Căn cứ pháp lý của quan hệ cũ – mới.", "The legal list of old and new."),
    geometry=("table",),
)


@dataclass(frozen=True, eq=False)
class _Carried:
    """The indicator on both sides: its table, its sums, and what to mind."""

    table: Table
    before: float
    after: float
    notices: tuple[Notice, ...]


def _compute(run: Run) -> Result:
    old, new = _vintages(run)
    law = shares_by_law(run, old, new)
    shares, notices = shares_between(run, old, new, law)
    units = _units(old, shares, law)
    carried = _carried(run, old, new, shares)
    totals = {
        "old_units": len(old.frame),
        "new_units": len(new.frame),
        "old_exact": int((units["kind"] == "exact").sum()),
        "pairs": len(shares),
        "before": carried.before,
        "after": carried.after,
    }
    return run.result(
        tables=(
            Table("pairs", Bilingual("Các cặp", "Pairs"), PAIR_COLUMNS, _pairs(old, new, shares)),
            Table("units", old.layer.title, UNIT_COLUMNS, units),
            carried.table,
        ),
        totals=totals,
        total_fields=TOTAL_COLUMNS,
        definition=DEFINITION,
        explanation=_explanation(run, old, new, totals),
        warnings=(*notices, *law_notices(old, shares, law), *carried.notices),
        pictures=(_picture(old, units),),
    )


def _vintages(run: Run) -> tuple[Zones, Zones]:
    """Read both layers, which must show the same thing at two dates."""
    layers = [run.inputs.layer(run[name]) for name in ("old", "new")]
    families = [each.family for each in layers]
    if families[0] is None or families[0] != families[1]:
        message = (
            f"old, new: found layers {layers[0].id} (family {families[0]}) and {layers[1].id} "
            f"(family {families[1]}); expected two vintages of one family"
        )
        raise DataError(
            message,
            vi="Lớp cũ và lớp mới phải là hai thời kỳ của cùng loại đơn vị; hãy chọn lại.",
        )
    return read_zones(run.inputs, run["old"]), read_zones(run.inputs, run["new"])


def shares_between(
    run: Run, old: Zones, new: Zones, law: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[Notice]]:
    """
    Share old units out over new ones, by what the run's setting ``by`` names.

    Parameters
    ----------
    law
        What `shares_by_law` found.

    Raises
    ------
    DataError
        If it shall be by the table of mergers, which names none of the old units.
    """
    if run["by"] == "area":
        return area_shares(old.frame, new.frame, executor=run.executor), []
    if run["by"] == "people":
        villages, notices = read_villages(run, new)
        people = villages["population"]
        unknown = int(people.isna().sum())
        if unknown:
            text = Bilingual(
                "{count} thôn chưa có dân số và không được tính.",
                "{count} villages have no population and do not count.",
            )
            notices.append(Notice("people_unknown", text.filled(count=unknown)))
        return weight_shares(place_points(old, villages), villages["zone"], people), notices
    if law is None:
        message = (
            f"mergers: the table {run['mergers'] or '(none)'} names no unit of {old.layer.id}; "
            "choose a table of mergers that does, or by=area"
        )
        raise DataError(
            message,
            vi="Bảng sáp nhập không nêu đơn vị của lớp cũ; chọn bảng khác, hoặc by=area.",
        )
    return law, []


def shares_by_law(run: Run, old: Zones, new: Zones) -> pd.DataFrame | None:
    """Return the shares the table of mergers gives; None where it does not name the old units."""
    if not run["mergers"] or not run.inputs.available(run["mergers"]):
        return None
    run.inputs.require(run["mergers"], "old_name", "former_district", "new_code", use="mergers")
    table = run.inputs.table(run["mergers"])
    names = _unique_names(old)
    columns = [table[name].map(_comparable) for name in ("former_district", "old_name")]
    best = max(columns, key=lambda each: int(each.isin(names.index).sum()))
    found = pd.DataFrame(
        {
            "old": best.map(names),
            "new": table["new_code"].map(pd.Series(new.frame.index, new.frame["zone_code"])),
        }
    ).dropna()
    return listed_shares(found.astype("int64")) if len(found) else None


def _unique_names(zones: Zones) -> pd.Series:
    """Return positions by comparable name; names that several units share are left out."""
    names = zones.frame["zone_name"].map(_comparable)
    alone = ~names.duplicated(keep=False)
    return pd.Series(zones.frame.index[alone], names[alone])


def _comparable(name: Any) -> str:
    return "" if pd.isna(name) else comparable_name(str(name))


def _pairs(old: Zones, new: Zones, shares: pd.DataFrame) -> pd.DataFrame:
    left, right = old.frame.loc[shares["old"]], new.frame.loc[shares["new"]]
    return pd.DataFrame(
        {
            "old_code": left["zone_code"].to_numpy(),
            "old_name": left["zone_name"].to_numpy(),
            "new_code": right["zone_code"].to_numpy(),
            "new_name": right["zone_name"].to_numpy(),
            "share_pct": 100 * shares["share"].to_numpy(),
            "share_back_pct": 100 * shares["share_back"].to_numpy(),
        }
    )


def _units(old: Zones, shares: pd.DataFrame, law: pd.DataFrame | None) -> pd.DataFrame:
    parts = shares.groupby("old").size().reindex(old.frame.index, fill_value=0)
    by_law = _kinds(old, law) if law is not None else pd.Series(np.nan, old.frame.index)
    return old.labels.assign(parts=parts, kind=_kinds(old, shares), kind_by_law=by_law)


def _kinds(old: Zones, shares: pd.DataFrame) -> pd.Series:
    exact = exact_unions(shares, of="old").reindex(old.frame.index)
    names = {True: "exact", False: "divided"}
    return exact.map(names).fillna("unmatched")


def _carried(run: Run, old: Zones, new: Zones, shares: pd.DataFrame) -> _Carried:
    back = run["direction"] == "back"
    source, goal = (new, old) if back else (old, new)
    name = run["indicator"]
    run.inputs.require(source.layer.id, name, use="the indicator")
    field = source.layer.field(name)
    if field.type not in ("number", "integer"):
        message = f"indicator: {source.layer.id}.{name} is {field.type}; expected a number"
        raise DataError(message, vi=f"Trường {name} không phải là số; hãy chọn trường số.")
    values = _column(run, source, name)
    weight = _column(run, source, run["weight"]) if run["weight"] else source.frame["polygon_ha"]
    found = carry(values, shares, rule=run["rule"], weight=weight, back=back)
    rows = goal.labels.join(found)
    stated = name in goal.layer.fields
    if stated:
        rows["stated"] = _column(run, goal, name)
        rows["error"] = rows["value"] - rows["stated"]
    title = Bilingual("{name}: {way}", "{name}: {way}").filled(
        name=field.title, way=DIRECTIONS[run["direction"]]
    )
    return _Carried(
        Table("carried", title, carried_columns(field.unit, stated), rows),
        float(values.sum()),
        float(rows["value"].sum()),
        tuple(_carry_notices(values, rows, shares, "new" if back else "old")),
    )


def _column(run: Run, zones: Zones, name: str) -> pd.Series:
    values = run.inputs.ws.read(zones.layer.id, columns=[name])[name]
    return values.astype("float64").reset_index(drop=True)


def _carry_notices(
    values: pd.Series, rows: pd.DataFrame, shares: pd.DataFrame, source: str
) -> list[Notice]:
    notices = []
    lost = values.index.difference(pd.Index(shares[source]))
    if len(lost):
        text = Bilingual(
            "{count} đơn vị không có đơn vị tương ứng: giá trị của chúng không được chuyển.",
            "{count} units have no counterpart: their values are not carried.",
        )
        notices.append(Notice("not_carried", text.filled(count=len(lost))))
    unknown = int(rows["value"].isna().sum())
    if unknown:
        text = Bilingual(
            "{count} đơn vị chưa biết giá trị: thiếu số liệu, hoặc không được phép chia.",
            "{count} units have no value: a figure is missing, or may not be divided.",
        )
        notices.append(Notice("value_unknown", text.filled(count=unknown)))
    return notices


def law_notices(old: Zones, shares: pd.DataFrame, law: pd.DataFrame | None) -> list[Notice]:
    """Name the old units that shapes and the table of mergers tell different things of."""
    units = _units(old, shares, law)
    known = units["kind_by_law"].notna()
    apart = units[known & (units["kind"] != units["kind_by_law"])]
    if apart.empty:
        return []
    text = Bilingual(
        "Hình vẽ và bảng sắp xếp không khớp ở {names}: bảng sắp xếp đúng, hình vẽ chỉ gần đúng.",
        "Shapes and the table of mergers disagree on {names}: the table is right, the shapes are "
        "approximate.",
    )
    return [Notice("law_disagrees", text.filled(names=", ".join(apart["zone_name"])))]


def _explanation(run: Run, old: Zones, new: Zones, totals: dict[str, Any]) -> Bilingual:
    back = run["direction"] == "back"
    source, goal = (new, old) if back else (old, new)
    return EXPLANATION.filled(
        old_exact=totals["old_exact"],
        old=totals["old_units"],
        new=totals["new_units"],
        old_layer=old.layer.title,
        new_layer=new.layer.title,
        by=BY[run["by"]],
        indicator=source.layer.field(run["indicator"]).title,
        source=source.layer.title,
        goal=goal.layer.title,
        before=totals["before"],
        after=totals["after"],
    )


def _picture(old: Zones, units: pd.DataFrame) -> Picture:
    shown = "kind_by_law" if units["kind_by_law"].notna().any() else "kind"
    title = Bilingual("Đơn vị cũ: hợp đúng hay bị chia", "Old units: exact unions or divided")
    frame = old.frame[["geometry"]].join(units)
    return by_class("crosswalk", title, "polygon", frame, UNIT_COLUMNS, shown, KIND_STYLES)


crosswalk = Study(
    name="crosswalk",
    title=Bilingual("Chuyển đổi giữa đơn vị cũ và mới", "Crosswalk between old and new units"),
    summary=Bilingual(
        "Phần của mỗi đơn vị cũ trong đơn vị mới, và chuyển một chỉ số giữa hai thời điểm.",
        "What part of each old unit lies in which new one, and an indicator carried across.",
    ),
    parameters=(
        Parameter(
            "old",
            "layer",
            "districts_2023",
            Bilingual("Đơn vị cũ", "Old units"),
            Bilingual("Lớp của thời điểm trước.", "Layer of the earlier date."),
            geometry=("polygon",),
        ),
        Parameter(
            "new",
            "layer",
            "communes_2025",
            Bilingual("Đơn vị mới", "New units"),
            Bilingual("Lớp của thời điểm sau, cùng nhóm.", "Layer of the later date, same family."),
            geometry=("polygon",),
        ),
        SHARED_BY,
        VILLAGES,
        MERGERS,
        Parameter(
            "indicator",
            "text",
            "area_km2",
            Bilingual("Chỉ số cần chuyển", "Indicator to carry"),
            Bilingual("Trường số của lớp nguồn.", "A numeric field of the source layer."),
        ),
        Parameter(
            "direction",
            "choice",
            "back",
            Bilingual("Hướng chuyển", "Direction"),
            Bilingual("Từ đơn vị cũ sang mới, hay ngược lại.", "From old to new, or back."),
            options=DIRECTIONS,
        ),
        Parameter(
            "rule",
            "choice",
            "count",
            Bilingual("Quy tắc", "Rule"),
            Bilingual("Chỉ số được chia thế nào.", "How the indicator may be divided."),
            options=RULES,
        ),
        Parameter(
            "weight",
            "text",
            "",
            Bilingual("Trọng số của tỷ lệ", "Weight of a share"),
            Bilingual("Trường số; bỏ trống: diện tích.", "A numeric field; empty: the area."),
        ),
    ),
    compute=_compute,
)
