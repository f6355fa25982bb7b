"""What the road register says of each made-up section: grade, widths, surface, upkeep."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

Chances = Mapping[str | None, float]

# TCVN 4054:2005, tables 6 and 7: carriageway and roadbed in metres, plain or hilly / mountain.
_SECTIONS: dict[tuple[str, str], tuple[float, float]] = {
    ("III", "plain"): (7.0, 12.0),
    ("III", "mountain"): (6.0, 9.0),
    ("IV", "plain"): (7.0, 9.0),
    ("IV", "mountain"): (5.5, 7.5),
    ("V", "plain"): (5.5, 7.5),
    ("V", "mountain"): (3.5, 6.5),
    ("VI", "plain"): (3.5, 6.5),
    ("VI", "mountain"): (3.5, 6.0),
    # TCVN 10380:2014, rural roads.
    ("A", "plain"): (3.5, 6.5),
    ("A", "mountain"): (3.5, 6.0),
    ("B", "plain"): (3.5, 5.0),
    ("B", "mountain"): (3.0, 4.0),
    ("C", "plain"): (3.0, 4.0),
    ("C", "mountain"): (2.0, 3.0),
    ("D", "plain"): (1.5, 2.0),
    ("D", "mountain"): (1.5, 2.0),
}
GRADES: dict[str, Chances] = {
    "cua_khau": {"III": 0.5, "IV": 0.35, "V": 0.15},
    "khu_cum_cn": {"III": 0.35, "IV": 0.35, "V": 0.25, None: 0.05},
    "cao_toc": {"III": 0.45, "IV": 0.45, "V": 0.1},
    "lien_tinh_tay_bac": {"IV": 0.3, "V": 0.45, "VI": 0.2, None: 0.05},
    "lien_tinh_dong_nam": {"III": 0.4, "IV": 0.4, "V": 0.2},
    "tinh": {"III": 0.03, "IV": 0.24, "V": 0.5, "VI": 0.17, None: 0.06},
    "huyen": {"IV": 0.06, "V": 0.34, "VI": 0.44, "A": 0.08, None: 0.08},
    "hard": {"A": 0.16, "B": 0.46, "C": 0.26, None: 0.12},
    "soft": {"B": 0.18, "C": 0.42, "D": 0.26, None: 0.14},
}
SURFACES: dict[str, Chances] = {
    "tinh": {"nhua": 0.56, "btn": 0.34, "btxm": 0.08, None: 0.02},
    "huyen": {"nhua": 0.52, "btxm": 0.4, "btn": 0.06, None: 0.02},
    "poor": {"cap_phoi": 0.6, "da_dam": 0.25, "dat": 0.15},
    "hard": {"btxm": 0.9, "nhua": 0.09, "gach": 0.01},
    "soft": {"dat": 0.5, "cap_phoi": 0.36, "da_dam": 0.09, "khac": 0.02, None: 0.03},
}


def draw(chances: Chances, count: int, rng: np.random.Generator) -> list[str | None]:
    """Draw `count` codes by their chances."""
    codes, weights = list(chances), np.array(list(chances.values()))
    return [codes[i] for i in rng.choice(len(codes), count, p=weights / weights.sum())]


def widths(
    grades: Sequence[str | None], terrain: Sequence[str], rng: np.random.Generator
) -> pd.DataFrame:
    """
    Draw carriageway and roadbed of each section about what its grade asks for.

    Returns
    -------
    widths
        `width_m` and `roadbed_m`, one row per section; missing where the grade is unknown.
    """
    rows = []
    for grade, ground in zip(grades, terrain, strict=True):
        if grade is None:
            rows.append((np.nan, np.nan))
            continue
        carriageway, roadbed = _SECTIONS[grade, ground]
        more = rng.choice([-0.5, 0.0, 0.5, 1.0, 1.5], p=[0.06, 0.54, 0.2, 0.12, 0.08])
        rows.append((carriageway, max(roadbed + more, carriageway)))
    return pd.DataFrame(rows, columns=["width_m", "roadbed_m"])


def upkeep_years(count: int, rng: np.random.Generator, this_year: float) -> pd.Series:
    """Draw the year of the last maintenance; `this_year` is the share maintained in 2026."""
    rest = (1 - this_year) / 5
    before: dict[str | None, float] = {str(year): rest for year in range(2022, 2026)}
    chances = before | {"2026": this_year, None: rest}
    return pd.Series(pd.to_numeric(pd.Series(draw(chances, count, rng))), dtype="Int64")
