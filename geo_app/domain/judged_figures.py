"""How a row that asks for a figure stands: against its deadline, and the line that leads to it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from geo_app.domain.asked import Asked, figure_words
from geo_app.domain.ledger import Actual, Standing, Status, day_words, last_day
from geo_app.domain.plan import Baseline
from geo_app.domain.text import Bilingual

YEARLY = ("yearly_average", "points_per_year")
"""Comparators of which every actual is the figure of one year, and their mean is judged."""

_EXACT = 1e-9
_FIGURE = Bilingual(
    "Số liệu {day}: {figure}; yêu cầu {asks}.", "Figure of {day}: {figure}; asked: {asks}."
)
_NO_LINE = Bilingual(
    "{figure} Chưa đến hạn, kế hoạch không nêu gốc để so sánh.",
    "{figure} Not due yet, and the plan states no baseline to compare with.",
)
_BROKEN = Bilingual(
    "{figure} Chuỗi số liệu bị ngắt sau năm gốc {year}, không so với gốc được.",
    "{figure} The series is broken after the baseline of {year}: there is no comparing with it.",
)
_SAME_YEAR = Bilingual(
    "{figure} Chưa có số liệu sau năm gốc {year}.",
    "{figure} There is no figure later than the baseline of {year}.",
)
_LINE = Bilingual(
    "{figure} Theo đường thẳng từ {base:.4g} (năm {year}), đến ngày này cần {line:.4g}.",
    "{figure} The line from the baseline {base} ({year}) to the target asks for {line:.4g}.",
)
_LATE = Bilingual(
    "{figure} Lần đầu thấy đạt là sau hạn ({due}).",
    "{figure} It was first seen to be met after the deadline ({due}).",
)
_SILENT = Bilingual(
    "{figure} Đã quá hạn ({due}); chưa có số liệu của thời điểm đến hạn.",
    "{figure} The deadline ({due}) has passed; there is no figure of that date.",
)
_PASSED = Bilingual("{figure} Đã quá hạn ({due}).", "{figure} The deadline ({due}) has passed.")
_UNKNOWN = Bilingual(
    "{figure} Còn {share} chưa rõ, có thể làm thay đổi kết luận.",
    "{figure} Another {share} is not known, which could change the verdict.",
)
_MEAN = Bilingual(
    "Bình quân {first}–{last}: {figure}; yêu cầu {asks}.",
    "Mean of {first}–{last}: {figure}; asked: {asks}.",
)
_WITHIN = Bilingual(
    "{figure} Số trong năm, chưa phải số cả năm.",
    "{figure} A figure within a year, not of the whole year.",
)
_LACKING = Bilingual("{mean} Thiếu số liệu năm {years}.", "{mean} No figure of {years}.")


def met_by(asked: Asked, value: float) -> bool:
    """
    Tell whether a figure meets what is asked for.

    "About" is met by what rounds to the figure the plan writes, and above.
    """
    least = asked.minimum if asked.value is None else asked.value
    match asked.comparator:
        case "all":
            least = 100.0
        case "about":
            least = _rounds_up_to(least)
        case "more_than":
            return least is not None and value > least + _EXACT
        case "range" if not asked.or_more and asked.maximum is not None:
            if value > asked.maximum + _EXACT:
                return False
    return least is not None and value >= least - _EXACT


def gap_of(asked: Asked, value: float) -> float | None:
    """Return a figure less what is asked for: below a range negative, above it positive."""
    if asked.comparator == "all":
        return value - 100.0
    if asked.value is not None:
        return value - asked.value
    if asked.minimum is None or asked.maximum is None:
        return None
    return value - min(max(value, asked.minimum), asked.maximum)


def line_on(asked: Asked, baseline: Baseline, day: date) -> float | None:
    """
    Return what the straight line from the baseline to the target asks for on a day.

    Both stand for the end of their year. A range is aimed at by its nearer end. None where there
    is no deadline later than the baseline, or no figure to aim at.
    """
    goal = _goal(asked, baseline.value)
    if goal is None or asked.deadline is None or asked.due is None or asked.due <= baseline.year:
        return None
    start = date(baseline.year, 12, 31)
    part = (day - start).days / (asked.deadline - start).days
    return baseline.value + (goal - baseline.value) * min(max(part, 0.0), 1.0)


def figure_standing(asked: Asked, actuals: Sequence[Actual], on: date) -> Standing:
    """
    Judge a row by its figures.

    Parameters
    ----------
    actuals
        Those that count, oldest first, each with a value; at least one.
    """
    if asked.comparator in YEARLY:
        return _yearly_standing(asked, actuals, on)
    latest = actuals[-1]
    if asked.deadline is not None and on > asked.deadline:
        return _due_standing(asked, actuals, asked.deadline)
    if met_by(asked, _value(latest)):
        return _stand(asked, latest, "met")
    return _line_standing(asked, actuals)


def _line_standing(asked: Asked, actuals: Sequence[Actual]) -> Standing:
    """Compare a figure before the deadline with the line from the baseline, where there is one."""
    latest, base = actuals[-1], asked.baseline
    told = _told(asked, latest)
    if base is None:
        return _stand(asked, latest, "not_due", _NO_LINE.filled(figure=told))
    day = last_day(latest.day)
    if day.year <= base.year:
        return _stand(asked, latest, "not_due", _SAME_YEAR.filled(figure=told, year=str(base.year)))
    if any(each.breaks and last_day(each.day).year > base.year for each in actuals):
        return _stand(asked, latest, "not_due", _BROKEN.filled(figure=told, year=str(base.year)))
    line = line_on(asked, base, day)
    if line is None:
        return _stand(asked, latest, "not_due", _NO_LINE.filled(figure=told))
    rising = (_goal(asked, base.value) or 0.0) >= base.value
    if rising and latest.high is not None and _value(latest) < line - _EXACT <= latest.high:
        return _undecided(asked, latest, "not_due")
    ahead = _value(latest) - line if rising else line - _value(latest)
    reason = _LINE.filled(figure=told, base=base.value, year=str(base.year), line=line)
    stand = _stand(asked, latest, "on_track" if ahead >= -_EXACT else "behind", reason)
    return replace(stand, line=line)


def _due_standing(asked: Asked, actuals: Sequence[Actual], deadline: date) -> Standing:
    """Judge a row whose deadline has passed."""
    due = day_words(deadline.isoformat())
    in_time = [each for each in actuals if last_day(each.day) <= deadline]
    if in_time and met_by(asked, _value(in_time[-1])):
        return _stand(asked, in_time[-1], "met")
    later = [each for each in actuals if last_day(each.day) > deadline]
    for each in later:
        if met_by(asked, _value(each)):
            text = _LATE.filled(figure=_told(asked, each), due=due)
            return _stand(asked, each, "met_late", text)
    latest = actuals[-1]
    if latest.high is not None and met_by(asked, latest.high):
        return _undecided(asked, latest, "no_data")
    known = bool(later) or last_day(latest.day) == deadline
    text = (_PASSED if known else _SILENT).filled(figure=_told(asked, latest), due=due)
    return _stand(asked, latest, "missed" if known else "no_data", text)


def _yearly_standing(asked: Asked, actuals: Sequence[Actual], on: date) -> Standing:
    """
    Judge the mean of yearly figures, once every year up to the deadline has one.

    Growth rates are averaged as they compound, percentage points as they add up. What was reached
    within a year is no figure of that year.
    """
    years = {
        day.year: _value(each)
        for each in actuals
        if (day := last_day(each.day)) == date(day.year, 12, 31)
    }
    if not years:
        overdue = asked.deadline is not None and on > asked.deadline
        told = _WITHIN.filled(figure=_told(asked, actuals[-1]))
        return _stand(asked, actuals[-1], "no_data" if overdue else "not_due", told)
    first = asked.since or min(years)
    last = min(max(years), asked.due or max(years))
    counted = {year: value for year, value in years.items() if first <= year <= last}
    if not counted:
        return _stand(asked, actuals[-1], "not_due", _told(asked, actuals[-1]))
    mean = _mean(asked, list(counted.values()))
    words = figure_words([round(mean, 2)], asked.unit)
    spans = {"first": str(first), "last": str(last)}
    text = _MEAN.filled(figure=words, asks=asked.words, **spans)
    lacking = [str(year) for year in range(first, last + 1) if year not in counted]
    if lacking:
        text = _LACKING.filled(mean=text, years=", ".join(lacking))
    status: Status = "not_due"
    if asked.deadline is not None and on > asked.deadline:
        complete = not lacking and last == asked.due
        met: Status = "met" if met_by(asked, mean) else "missed"
        status = met if complete else "no_data"
    return Standing(status, text, gap=gap_of(asked, mean))


def _mean(asked: Asked, values: Sequence[float]) -> float:
    if asked.comparator == "points_per_year":
        return sum(values) / len(values)
    growth = math.prod(1 + value / 100 for value in values)
    return 100 * (growth ** (1 / len(values)) - 1)


def _goal(asked: Asked, start: float) -> float | None:
    if asked.comparator == "all":
        return 100.0
    if asked.value is not None:
        return asked.value
    return asked.maximum if asked.maximum is not None and start > asked.maximum else asked.minimum


def _rounds_up_to(figure: float | None) -> float | None:
    """Return the least figure that rounds to one, by the decimals it is written with."""
    if figure is None:
        return None
    decimals = len(f"{figure:g}".partition(".")[2])
    return figure - 0.5 * 10.0**-decimals


def _stand(
    asked: Asked, actual: Actual, status: Status, reason: Bilingual | None = None
) -> Standing:
    value = _value(actual)
    return Standing(status, reason or _told(asked, actual), gap=gap_of(asked, value))


def _told(asked: Asked, actual: Actual) -> Bilingual:
    figure = figure_words([_value(actual)], asked.unit)
    return _FIGURE.filled(day=day_words(actual.day), figure=figure, asks=asked.words)


def _undecided(asked: Asked, actual: Actual, status: Status) -> Standing:
    """Leave open what hangs on the part that is not known."""
    share = (actual.high or 0.0) - _value(actual)
    text = _UNKNOWN.filled(figure=_told(asked, actual), share=figure_words([share], asked.unit))
    return _stand(asked, actual, status, text)


def _value(actual: Actual) -> float:
    assert actual.value is not None
    return actual.value
