"""Where could it go: candidates filtered by limits and ranked by weights, with each reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_app.errors import DataError

Scores = NDArray[np.float64]

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"
SUITABLE, UNSURE, UNSUITABLE = "suitable", "unsure", "unsuitable"


@dataclass(frozen=True)
class Criterion:
    """
    A limit on a column: at least `least`, or at most `most`, and what it weighs in the ranking.

    The score of a limit from above falls from 1 at nothing to 0 at the limit; of one from below
    it rises from 0 at nothing to 1 at twice the limit.
    """

    name: str
    column: str
    weight: float
    least: float | None = None
    most: float | None = None


def judge(candidates: pd.DataFrame, criteria: Sequence[Criterion]) -> pd.DataFrame:
    """
    Judge candidates by every criterion, and rank them.

    Parameters
    ----------
    candidates
        One row per candidate, with the columns that the criteria name; missing: not known.

    Returns
    -------
    judged
        Index of `candidates`: for each criterion its name (``pass``, ``fail`` or ``unknown``),
        ``verdict`` (``unsuitable`` where one fails, else ``unsure`` where one is unknown, else
        ``suitable``), ``score`` (0 to 1; unknown counts 0) and ``rank`` (1 first: by verdict, then
        score, then order of rows).

    Raises
    ------
    DataError
        If the weights are negative or all 0.
    """
    weights = np.array([each.weight for each in criteria], dtype=np.float64)
    if not len(weights) or (weights < 0).any() or weights.sum() == 0:
        message = f"weights: found {weights.tolist()}; expected 0 or more, and one above 0"
        raise DataError(message)
    judged = pd.DataFrame(index=candidates.index)
    score = np.zeros(len(candidates))
    for each in criteria:
        values = candidates[each.column].astype("float64")
        judged[each.name] = _marks(values, each)
        score += each.weight * _score(values, each)
    failed = (judged == FAIL).any(axis=1)
    unknown = (judged == UNKNOWN).any(axis=1)
    order = np.select([failed, unknown], [2, 1], 0)
    judged["verdict"] = np.array([SUITABLE, UNSURE, UNSUITABLE])[order]
    judged["score"] = score / weights.sum()
    place = np.lexsort((np.arange(len(order)), -judged["score"].to_numpy(), order))
    judged["rank"] = np.argsort(place) + 1
    return judged


def _marks(values: pd.Series, criterion: Criterion) -> NDArray[np.object_]:
    good = pd.Series(True, values.index)
    if criterion.least is not None:
        good &= values >= criterion.least
    if criterion.most is not None:
        good &= values <= criterion.most
    return np.select([values.isna(), good], [UNKNOWN, PASS], FAIL).astype(object)


def _score(values: pd.Series, criterion: Criterion) -> Scores:
    known = values.to_numpy(dtype=np.float64)
    if criterion.most is not None:
        limit = criterion.most
        score = 1 - known / limit if limit > 0 else np.where(known <= 0, 1.0, 0.0)
    else:
        limit = criterion.least or 0.0
        score = known / (2 * limit) if limit > 0 else np.ones(len(known))
    clipped: Scores = np.nan_to_num(np.clip(score, 0, 1), nan=0.0)
    return clipped
