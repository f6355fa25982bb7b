"""The scale of a printed map: round, and no larger than its data are exact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo_app.domain.accuracy import PAPER_M
from geo_app.domain.result import ILLUSTRATIVE, Input
from geo_app.domain.text import Bilingual

SCALES = tuple(
    int(step * 10**power)
    for power in range(3, 7)
    for step in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5)
    if step * 10**power >= 5_000
)
"""Denominators that a map may have, largest scale first."""
ROUGH = 100_000
"""What schematic, synthetic or unstated positions bear at the most."""
COARSEST = 500_000
"""No accuracy, however poor, asks for a smaller scale than this: then the features decide."""
_NAMED = 3


@dataclass(frozen=True)
class Limit:
    """The largest scale (its denominator) that some of the data bear, and why."""

    scale: int
    reason: Bilingual


def fitting(least: float) -> int:
    """
    Return the largest round scale whose denominator is at least `least`.

    >>> fitting(100), fitting(26_000), fitting(860_000)
    (5000, 30000, 1000000)
    """
    return next((scale for scale in SCALES if scale >= least), SCALES[-1])


def limits(inputs: Iterable[Input]) -> list[Limit]:
    """
    Return what limits a map of these data; empty where all are exact to the largest scale.

    A place may be off by half a millimetre on paper, no more. What is schematic or synthetic, or
    does not say how exact it is, is drawn for orientation only.
    """
    placed = [each for each in inputs if each.placed]
    shown = [each for each in placed if set(each.marks) & set(ILLUSTRATIVE)]
    silent = [each for each in placed if each.accuracy_m is None and each not in shown]
    found = []
    if shown:
        found.append(_limit(ROUGH, "số liệu sơ đồ hoặc giả lập", "schematic or made-up", shown))
    if silent:
        found.append(_limit(ROUGH, "chưa rõ độ chính xác vị trí", "accuracy not stated", silent))
    stated = {each.layer: each.accuracy_m for each in placed if each.accuracy_m is not None}
    worst = max(stated.values(), default=0.0)
    scale = fitting(min(worst / PAPER_M, COARSEST))
    if scale > SCALES[0]:
        exact = f"{worst / 1000:g} km" if worst >= 1000 else f"{worst:g} m"
        layers = [each for each in placed if each.accuracy_m == worst]
        vi = f"vị trí chỉ chính xác đến ±{exact.replace('.', ',')}"
        found.append(_limit(scale, vi, f"exact to ±{exact} only", layers))
    return found


def _limit(scale: int, vi: str, en: str, layers: Sequence[Input]) -> Limit:
    text = Bilingual(
        "Bản đồ không vẽ lớn hơn 1:{scale:,}: {why} – {names}.",
        "Not drawn larger than 1:{scale:,}: {why} – {names}.",
    )
    return Limit(scale, text.filled(scale=scale, why=Bilingual(vi, en), names=_names(layers)))


def _names(layers: Sequence[Input]) -> Bilingual:
    """Name the first layers and count the others."""
    vi = [each.title.vi for each in layers[:_NAMED]]
    en = [each.title.en for each in layers[:_NAMED]]
    more = len(layers) - _NAMED
    if more > 0:
        vi.append(f"{more} lớp nữa")
        en.append(f"{more} more")
    return Bilingual("; ".join(vi), "; ".join(en))
