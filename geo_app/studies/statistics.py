"""Figures of indicators by unit and period, from every table of statistics a reader may see."""

from collections.abc import Iterable

import pandas as pd

from geo_app.domain.ledger import Actual
from geo_app.studies.inputs import Inputs
from geo_app.workspace import Workspace


def read_statistics(inputs: Inputs, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """
    Read the figures of some indicators, or of all.

    Returns
    -------
    figures
        One row per figure, in the order of `STATISTIC_KEY`: the columns of `STATISTIC_FIELDS`,
        ``layer`` (the table it stands in) and ``marks`` (of that table's version and of the row);
        `value` and `unit` are in the indicator's unit.
    """
    raise NotImplementedError


def province_series(ws: Workspace, indicator: str) -> tuple[Actual, ...]:
    """
    Return what statistics say of the whole province, oldest first, in the indicator's unit.

    A period without a figure for the province is put together from its units, where every unit of
    a vintage has one and the indicator allows it; what is not complete is left out.

    Raises
    ------
    UnknownError
        If the plan has no such indicator.
    """
    raise NotImplementedError
