"""Roads held against the plan's rules: what meets them, what is below, what is not known."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from geo_app.domain.layer import Field
from geo_app.domain.plan import LegalRule, Rule
from geo_app.domain.result import Chart, Comparison, Notice, column
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError, UnknownError
from geo_app.studies.judged_roads import (
    CLASSES,
    Judgement,
    judge,
    read_sections,
    read_widths,
    road_layers,
)
from geo_app.studies.result import Result
from geo_app.studies.road_rule_tables import (
    bridges_table,
    classes_table,
    field_title,
    pictures,
    rules_table,
    stretches_tables,
    titled,
)
from geo_app.studies.road_rule_words import STATES
from geo_app.studies.study import Parameter, Run, Study

STATED_TOLERANCE_PCT = 1.0
"""Stated lengths that differ more from the map's change the shares: the reader is warned."""

DEFINITION = Bilingual(
    "Số km và tỷ lệ đường đạt, chưa đạt, chưa rõ theo từng quy tắc của kế hoạch "
    "(plan/rules.toml). Cấp I tốt nhất, cấp VI kém nhất: “tối thiểu cấp V” là cấp I–V. Cấp kỹ "
    "thuật lấy từ hồ sơ ghi trong số liệu; chưa ghi là chưa rõ, không tính là đạt. Bề rộng nền "
    "đường chỉ gợi ý cấp theo địa hình, không thay cấp trong hồ sơ; riêng quy tắc “tương đương” "
    "chấp nhận bề rộng nền. Chiều dài đo trên bản đồ (mặt phẳng VN-2000). Mỗi quy tắc xét theo "
    "từng cách phân loại đường: khi lập kế hoạch và hiện nay. Kết quả tính từ bản đồ, không phải "
    "số báo cáo của cơ quan quản lý đường.",
    "Kilometres and shares of road that meet each rule of the plan (plan/rules.toml), are below "
    "it, or are not known. Grade I is the best, VI the worst: “at least grade V” is I to V. The "
    "grade is the one recorded from the road's file; where none is, it is unknown and never a "
    "pass. A roadbed only suggests a grade by terrain and does not replace the file's; only a "
    "rule that says “equivalent” accepts the width. Lengths are measured on the map (VN-2000 "
    "plane). Each rule is judged by each classing of roads: that of the plan's day, and that of "
    "now. Computed from the map; not the road authority's report.",
)
TOTALS = (
    column("judged", "Quy tắc đã xét", "Rules judged", kind="integer"),
    column("not_judged", "Quy tắc chưa xét được", "Rules not judged", kind="integer"),
)
BRIDGES_LEFT = Bilingual("{title}: số cầu còn yếu", "{title}: bridges still weak")
NO_FIGURE = Bilingual(
    " (kế hoạch ghi “cơ bản”, không nêu con số)", " (the plan says “basically”, without a figure)"
)

Firsts = Mapping[str, Mapping[str, Any]]
"""The row of each rule, for the roads that the plan meant."""


def _compute(run: Run) -> Result:
    inputs = run.inputs
    rules = _rules(run)
    own = [each for each in run["roads"] if inputs.available(each)]
    layers = list(dict.fromkeys([*own, *(each for r in rules for each in road_layers(inputs, r))]))
    if not layers:
        message = f"road-rules: no road layer has data: {', '.join(run['roads'])}; import one"
        raise UnknownError(message, vi="Chưa có lớp đường nào có số liệu; hãy nhập một lớp.")
    fields = [name for rule in rules if rule.check for name in rule.check.roads]
    sections = read_sections(inputs, layers, fields)
    day = max((each.date for each in inputs.used if each.date), default=date.max)
    judgements = [
        judge(
            inputs,
            rule,
            sections,
            widths=read_widths(inputs.ws.plan, rule.check.widths if rule.check else None, day),
            year=run["year"],
        )
        for rule in rules
    ]
    table = rules_table(inputs, judgements)
    firsts = {row["rule"]: row for row in reversed(table.records())}
    totals, total_fields = _totals(firsts, judgements)
    return run.result(
        tables=(
            table,
            classes_table(inputs, own, sections[sections["layer"].isin(own)]),
            *stretches_tables(inputs, layers, judgements),
            bridges_table(inputs, layers, judgements),
        ),
        totals=totals,
        total_fields=total_fields,
        definition=DEFINITION,
        explanation=_explanation(totals, firsts, judgements),
        warnings=tuple(_notices(run, judgements, sections, day)),
        comparisons=tuple(_comparisons(run, firsts, judgements)),
        charts=(_chart(),),
        pictures=pictures(judgements),
    )


def _rules(run: Run) -> list[Rule]:
    """Return the rules that say how they are judged on roads: all, or those asked for."""
    known = {name: rule for name, rule in run.inputs.ws.plan.rules.items() if rule.check}
    if not known:
        message = "plan/rules.toml: no rule has a [rules.check]; road-rules has nothing to judge"
        raise UnknownError(
            message, vi="Chưa quy định nào trong plan/rules.toml nêu cách xét ([rules.check])."
        )
    asked = [part.strip() for part in run["rules"].split(",") if part.strip()]
    for name in asked:
        if name not in known:
            message = f"rules: found {name!r}; expected some of {', '.join(known)}"
            raise DataError(
                message, vi=f"Không có quy định {name!r}; hãy chọn trong: {', '.join(known)}."
            )
    return [known[name] for name in known if name in asked or not asked]


def _totals(
    firsts: Firsts, judgements: Sequence[Judgement]
) -> tuple[dict[str, Any], tuple[Field, ...]]:
    """Return one figure of each rule judged, for the roads the plan meant."""
    judged = [each for each in judgements if firsts[each.rule.id]["state"] == "judged"]
    totals: dict[str, Any] = {"judged": len(judged), "not_judged": len(firsts) - len(judged)}
    fields = list(TOTALS)
    for each in judged:
        row, title = firsts[each.rule.id], titled(each.rule)
        code = each.rule.id.lower()
        if each.of_bridges:
            name, figure = f"{code}_weak", "fail_features"
            fields.append(
                column(name, f"{title.vi}: còn yếu", f"{title.en}: still weak", kind="integer")
            )
        else:
            name, figure = f"{code}_pass_pct", "pass_pct"
            fields.append(column(name, f"{title.vi}: đạt", f"{title.en}: met", unit="pct"))
        totals[name] = row[figure]
    return totals, tuple(fields)


def _explanation(
    totals: Mapping[str, Any], firsts: Firsts, judgements: Sequence[Judgement]
) -> Bilingual:
    text = Bilingual(
        "Xét được {judged} trong {all} quy tắc về đường.",
        "{judged} of {all} rules on roads could be judged.",
    )
    sentences = [text.filled(judged=totals["judged"], all=len(firsts))]
    sentences += [_sentence(each, firsts[each.rule.id]) for each in judgements]
    return Bilingual(" ".join(s.vi for s in sentences), " ".join(s.en for s in sentences))


def _sentence(each: Judgement, row: Mapping[str, Any]) -> Bilingual:
    """Say in one sentence what became of a rule."""
    if row["state"] != "judged":
        text = Bilingual("{title}: {state}.", "{title}: {state}.")
        state = STATES[row["state"]]
        lowered = Bilingual(state.vi[0].lower() + state.vi[1:], state.en[0].lower() + state.en[1:])
        return text.filled(title=titled(each.rule), state=lowered)
    if each.of_bridges:
        text = Bilingual(
            "{title}: {fail_features} cầu yếu, {unknown_features} chưa rõ trong {features} cầu.",
            "{title}: {fail_features} weak and {unknown_features} not known of {features} bridges.",
        )
    elif row["pass_km"] == row["km"]:
        text = Bilingual("{title}: đạt cả {km:,.1f} km.", "{title}: all {km:,.1f} km meet it.")
    else:
        text = Bilingual(
            "{title}: {fail_km:,.1f} km chưa đạt, {unknown_km:,.1f} km chưa rõ trong {km:,.1f} km.",
            "{title}: {fail_km:,.1f} km below, {unknown_km:,.1f} km not known of {km:,.1f} km.",
        )
    figures = {name: value for name, value in row.items() if name not in ("rule", "judgement")}
    return text.filled(title=titled(each.rule), **figures)


def _comparisons(run: Run, firsts: Firsts, judgements: Sequence[Judgement]) -> Iterator[Comparison]:
    """Set the targets that rest on a judged rule beside what was found."""
    for target in run.inputs.ws.plan.targets.values():
        for each in judgements:
            row = firsts[each.rule.id]
            if each.rule.id not in target.rules or row["state"] != "judged":
                continue
            text = BRIDGES_LEFT if each.of_bridges else Bilingual("{title}", "{title}")
            asked = 100.0 if target.comparator == "all" and not each.of_bridges else None
            note = Bilingual("", "") if asked else NO_FIGURE
            yield Comparison(
                Bilingual("{title}{note}", "{title}{note}").filled(
                    title=text.filled(title=target.title), note=note
                ),
                float(row["fail_features"] if each.of_bridges else row["pass_pct"]),
                asked,
                "count" if each.of_bridges else "pct",
                target.source,
                target=target.id,
            )


def _notices(
    run: Run, judgements: Sequence[Judgement], sections: pd.DataFrame, day: date
) -> Iterator[Notice]:
    yield from _width_notices(run, judgements, day)
    for each in judgements:
        if each.rule.listed and each.rule.note:
            text = Bilingual("{rule}: {note}", "{rule}: {note}")
            yield Notice("rule_note", text.filled(rule=each.rule.id, note=each.rule.note))
        yield from _absent(each, sections)
    yield from _class_notices(run, judgements, sections)
    yield from _length_notices(sections)


def _width_notices(run: Run, judgements: Sequence[Judgement], day: date) -> Iterator[Notice]:
    """Tell of the tables of widths: absent, or not compared with the standard."""
    for topic in dict.fromkeys(filter(None, (each.check.widths for each in judgements))):
        table: LegalRule | None = run.inputs.ws.plan.legal_rule_on(topic, day)
        if table is None:
            text = Bilingual(
                "plan/legal_rules.toml không có bảng bề rộng nền đường “{topic}”: không gợi ý cấp "
                "và không xét theo bề rộng.",
                "plan/legal_rules.toml has no table of roadbed widths “{topic}”: no grade is "
                "suggested and no width judged.",
            )
            yield Notice("no_widths", text.filled(topic=topic))
        elif not table.verified:
            text = Bilingual(
                "Bảng bề rộng nền đường dùng ở đây ({title}) chưa kiểm chứng: {text}",
                "The table of roadbed widths used here ({title}) is unverified: {text}",
            )
            filled = text.filled(title=table.title, text=table.text)
            yield Notice("widths_unverified", filled)


def _absent(each: Judgement, sections: pd.DataFrame) -> Iterator[Notice]:
    """Tell of what a list names and the data do not have."""
    if not each.rule.listed or each.state != "judged":
        return
    for name, values in each.check.roads.items():
        absent = [value for value in values if value not in set(sections[name])]
        if absent:
            text = Bilingual(
                "{rule}: danh sách nêu {absent} ({field}), không có trong số liệu đường.",
                "{rule}: the list names {absent} ({field}), which the road data do not have.",
            )
            filled = text.filled(rule=each.rule.id, absent=", ".join(absent), field=name)
            yield Notice("listed_absent", filled)


def _class_notices(
    run: Run, judgements: Sequence[Judgement], sections: pd.DataFrame
) -> Iterator[Notice]:
    """Tell how much road has no class, and so may belong to a rule that left it out."""
    asked = {name for each in judgements for name in each.check.roads}
    for name in CLASSES:
        rows = sections[sections[name].isna()]
        if name in asked and len(rows):
            text = Bilingual(
                "{count} đoạn ({km:,.1f} km) chưa ghi “{field}”: chưa biết thuộc quy tắc nào theo "
                "cách phân loại này, nên không có trong các dòng đó.",
                "{count} sections ({km:,.1f} km) have no “{field}”: which rules concern them by "
                "that class is not known, so they are not in those rows.",
            )
            title = field_title(run.inputs, run["roads"], name)
            km = float(rows["km"].sum())
            yield Notice("class_unknown", text.filled(count=len(rows), km=km, field=title))


def _length_notices(sections: pd.DataFrame) -> Iterator[Notice]:
    """Tell of sections without a place, and of stated lengths that are not the map's."""
    nowhere = int(sections["km"].isna().sum())
    if nowhere:
        text = Bilingual(
            "{count} đoạn chưa có hình tuyến: không tính vào số km.",
            "{count} sections have no line on the map: they are not in the kilometres.",
        )
        yield Notice("no_line", text.filled(count=nowhere))
    both = sections[sections["length_km"].notna() & sections["km"].notna()]
    stated, drawn = float(both["length_km"].sum()), float(both["km"].sum())
    if abs(stated - drawn) > drawn * STATED_TOLERANCE_PCT / 100:
        text = Bilingual(
            "Chiều dài ghi trong số liệu là {stated:,.1f} km, đo trên bản đồ là {drawn:,.1f} km.",
            "The lengths stated sum to {stated:,.1f} km, those on the map to {drawn:,.1f} km.",
        )
        yield Notice("lengths_differ", text.filled(stated=stated, drawn=drawn))


def _chart() -> Chart:
    title = Bilingual("Phần đạt, chưa đạt, chưa rõ theo quy tắc", "Met, below, unknown, by rule")
    return Chart("bars", title, "rules", "judgement", ("pass_pct", "fail_pct", "unknown_pct"))


road_rules = Study(
    name="road-rules",
    title=Bilingual("Đường có đạt quy tắc của kế hoạch", "Do the roads meet the plan's rules"),
    summary=Bilingual(
        "Đường tỉnh, đường huyện, tuyến kết nối theo cấp kế hoạch yêu cầu; cầu yếu; bảo trì hằng "
        "năm: bao nhiêu km đạt, chưa đạt, chưa rõ, và từng đoạn chưa đạt.",
        "Provincial and district roads and links against the grade the plan asks for; weak "
        "bridges; yearly maintenance: how many km meet it, are below, are not known, and every "
        "stretch below.",
    ),
    parameters=(
        Parameter(
            "roads",
            "layers",
            ("national_roads", "provincial_roads", "district_roads", "rural_roads"),
            Bilingual("Lớp đường trong bảng phân loại", "Road layers of the table of classes"),
            Bilingual(
                "Mỗi quy tắc xét các lớp nêu trong plan/rules.toml.",
                "Each rule looks at the layers that plan/rules.toml names.",
            ),
            geometry=("line",),
        ),
        Parameter(
            "rules",
            "text",
            "",
            Bilingual("Chỉ xét các quy tắc", "Only these rules"),
            Bilingual("Như R1,R6; bỏ trống: tất cả.", "Such as R1,R6; empty: all of them."),
        ),
        Parameter(
            "year",
            "number",
            0.0,
            Bilingual("Năm xét bảo trì", "Year of maintenance"),
            Bilingual(
                "0: năm của số liệu từng lớp đường.", "0: the year of each road layer's data."
            ),
            least=0,
            most=2_100,
        ),
    ),
    compute=_compute,
)
