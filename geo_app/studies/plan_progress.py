"""How far the plan is: the ledger as a study, with its history, by agency and by status."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from geo_app.domain.ledger import KINDS, STATUSES, Row, Status, day_words
from geo_app.domain.result import ILLUSTRATIVE, Chart, Notice
from geo_app.domain.text import Bilingual
from geo_app.studies.inputs import Inputs
from geo_app.studies.ledger import read_computed, read_ledger, workspace_on
from geo_app.studies.plan_tables import (
    COUNTED,
    ROWS,
    agencies_table,
    history_table,
    ledger_table,
    statuses_table,
    words_of,
)
from geo_app.studies.result import Result
from geo_app.studies.statistics import read_statistics
from geo_app.studies.study import Parameter, Run, Study
from geo_app.workspace.collecting import decisions

DEFINITION = Bilingual(
    "Sổ theo dõi: mỗi chỉ tiêu, nhiệm vụ, dự án, quy định của kế hoạch một dòng, với số liệu mới "
    "nhất đã biết đến ngày xét và tình trạng theo số liệu đó. “Đúng tiến độ” là bằng hoặc hơn "
    "đường thẳng từ số liệu gốc đến chỉ tiêu, vào ngày của số liệu; không có gốc thì không kết "
    "luận như vậy. Dữ liệu giả lập, sơ đồ và số tính chỉ để đối chiếu không đặt tình trạng.",
    "The ledger: a row for each target, task, project and rule of the plan, with the latest that "
    "was known of it by the day and how it stands by that. “On track” is at or above the straight "
    "line from the baseline to the target, on the day of the figure; without a baseline nothing is "
    "on track. Synthetic and schematic data, and figures that only check another, set no status.",
)
_TOLD = Bilingual(
    "Đến ngày {day}: {rows} mục; {met} đạt (trong đó {late} đạt sau hạn), {on_track} đúng tiến độ, "
    "{behind} chậm, {missed} không đạt đúng hạn, {gone} không còn đối tượng hoặc đổi hệ phân loại, "
    "{unknown} chưa có số liệu.",
    "By {day}: {rows} rows; {met} met ({late} of them late), {on_track} on track, {behind} behind, "
    "{missed} missed, {gone} void or reclassified, {unknown} without data.",
)


def _compute(run: Run) -> Result:
    ws, day = run.inputs.ws, date.fromisoformat(run["on"])
    _check_names(run)
    then = workspace_on(ws, day)
    computed, statistics = read_computed(then), Inputs(then)
    read_statistics(statistics, [each.id for each in ws.plan.indicators.values() if each.target])
    run.inputs.include((*computed.inputs, *statistics.used))
    rows = [row for row in read_ledger(ws, day) if _wanted(run, row)]
    counts = Counter(row.standing.status for row in rows)
    return run.result(
        tables=(
            ledger_table(ws, rows),
            history_table(rows),
            agencies_table(ws, rows, day),
            statuses_table(rows),
        ),
        totals={"rows": len(rows), **{status: counts[status] for status in STATUSES}},
        total_fields=(ROWS, *COUNTED),
        definition=DEFINITION,
        explanation=_explanation(day, rows, counts),
        warnings=tuple(_notices(rows, computed.problems)),
        charts=(_chart(),),
    )


def _check_names(run: Run) -> None:
    """Refuse a name that does not exist, rather than find nothing of it."""
    ws = run.inputs.ws
    if run["agency"]:
        ws.plan.agency(run["agency"])
    if run["instrument"]:
        ws.plan.instrument(run["instrument"])
    if run["theme"]:
        ws.catalogue.theme(run["theme"])


def _wanted(run: Run, row: Row) -> bool:
    """Tell whether a row is of the settings' kinds, section, agency, statuses and theme."""
    section, agency = run["section"], run["agency"]
    return (
        (not run["kind"] or row.kind in run["kind"])
        and (not run["status"] or row.standing.status in run["status"])
        and (not section or row.section == section or row.section.startswith(f"{section}."))
        and (not agency or agency in (row.agency, row.agency_now))
        and (not run["theme"] or row.theme == run["theme"])
        and (not run["instrument"] or row.instrument == run["instrument"])
    )


def _explanation(day: date, rows: Sequence[Row], counts: Mapping[Status, int]) -> Bilingual:
    return _TOLD.filled(
        day=day_words(day.isoformat()),
        rows=len(rows),
        met=counts["met"] + counts["met_late"],
        late=counts["met_late"],
        on_track=counts["on_track"],
        behind=counts["behind"],
        missed=counts["missed"],
        gone=counts["void"] + counts["reclassified"],
        unknown=counts["no_data"],
    )


def _notices(rows: Sequence[Row], problems: Mapping[str, str]) -> Iterator[Notice]:
    shown = [row.actual for row in rows if row.actual is not None]
    illustrated = sum(any(mark in ILLUSTRATIVE for mark in each.marks) for each in shown)
    if illustrated:
        text = Bilingual(
            "{count} mục chỉ có số liệu minh họa (giả lập, sơ đồ): hiện để xem, không kết luận.",
            "{count} rows have illustrative figures only (synthetic, schematic): not judged.",
        )
        yield Notice("illustrated", text.filled(count=illustrated))
    unverified = sum(not each.verified for each in shown)
    if unverified:
        text = Bilingual(
            "{count} mục có số liệu chưa kiểm chứng.", "{count} rows have unverified figures."
        )
        yield Notice("unverified_actuals", text.filled(count=unverified))
    for study, problem in problems.items():
        text = Bilingual(
            "Không tính được số liệu của “{study}”: {problem}",
            "The figures of “{study}” could not be computed: {problem}",
        )
        yield Notice("not_computed", text.filled(study=study, problem=problem))


def _chart() -> Chart:
    title = Bilingual("Số mục theo tình trạng", "Rows by status")
    return Chart("bars", title, "statuses", "status", ("rows",))


plan_progress = Study(
    name="plan-progress",
    title=Bilingual("Tình hình thực hiện kế hoạch", "How far the plan is"),
    summary=Bilingual(
        "Mọi chỉ tiêu, nhiệm vụ, dự án, quy định của kế hoạch: yêu cầu, kết quả, nguồn, tình "
        "trạng, theo cơ quan và theo mục.",
        "Every target, task, project and rule of the plan: what is asked, what was reached, by "
        "which source, how it stands, by agency and section.",
    ),
    parameters=(
        Parameter(
            "on",
            "day",
            "",
            Bilingual("Ngày xét", "Day"),
            Bilingual(
                "Tình hình đến hết ngày này; bỏ trống: hôm nay.",
                "As things stood at the end of this day; empty: today.",
            ),
        ),
        Parameter(
            "kind",
            "choices",
            (),
            Bilingual("Nhóm", "Kinds"),
            Bilingual("Bỏ trống: tất cả.", "Empty: all of them."),
            options=words_of(KINDS),
        ),
        Parameter(
            "section",
            "text",
            "",
            Bilingual("Mục của kế hoạch", "Section of the plan"),
            Bilingual("Như II.3, hoặc III cho cả mục.", "Such as II.3, or III for all of it."),
        ),
        Parameter(
            "agency",
            "text",
            "",
            Bilingual("Cơ quan", "Agency"),
            Bilingual(
                "Mã cơ quan theo kế hoạch hoặc hiện nay, như so_xd.",
                "Id of an agency then or now, such as so_xd.",
            ),
        ),
        Parameter(
            "status",
            "choices",
            (),
            Bilingual("Tình trạng", "Statuses"),
            Bilingual("Bỏ trống: tất cả.", "Empty: all of them."),
            options=words_of(STATUSES),
        ),
        Parameter(
            "theme",
            "text",
            "",
            Bilingual("Chủ đề", "Theme"),
            Bilingual("Mã chủ đề của bản đồ, như transport.", "Id of a theme, such as transport."),
        ),
        Parameter(
            "instrument",
            "text",
            "",
            Bilingual("Văn bản", "Instrument"),
            Bilingual(
                "Mã văn bản đặt ra, như kh_23; bỏ trống: mọi văn bản.",
                "Id of the instrument that sets it, such as kh_23; empty: all of them.",
            ),
        ),
    ),
    compute=_compute,
    state=decisions,
)
