"""Statistics by unit and period: published figures as they are, and made-up ones by small unit."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_app.domain.statistic import STATISTIC_FIELDS
from sample.facts import numbers, read_facts
from sample.writing import Workshop

_PROVINCE = "20"
_PERIOD, _CENSUS = "2025", "population_census"
_YEARS = ("2021", "2022", "2023", "2024")
_SEED = 2025
_GROWTH = 0.008  # of the people, a year
_PUPILS_AREA = 3_200  # people for each school that meets the standard
_RURAL_2023 = 181
_MET = {"2021": 0.42, "2022": 0.47, "2023": 0.52, "2024": 0.56}
_MET_2025 = 38  # communes
_REFORM = "Sắp xếp xã và bộ tiêu chí mới: mẫu số thay đổi"
_UNITS = {
    "population_registered": "people",
    "rural_communes": "units",
    "new_rural_pct": "pct",
    "schools_standard": "schools",
    "hygienic_water_pct": "pct",
    "beds_per_10000": "per_10000",
}


def build(workshop: Workshop) -> None:
    """Write `statistics` and `unit_statistics`."""
    known = read_facts(workshop.facts, "statistics")
    published = pd.concat([known, _forest_cover(workshop.facts)], ignore_index=True)
    workshop.write("statistics", _typed(published))
    workshop.write("unit_statistics", _typed(_made_up(workshop.facts, known)))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    broken = rows["broken"].astype(str) == "true"
    typed = rows.assign(value=numbers(rows["value"]), broken=broken)
    return typed[list(STATISTIC_FIELDS)]


def _forest_cover(facts: Path) -> pd.DataFrame:
    rows = read_facts(facts, "forest_gso_lang_son")
    breaks = read_facts(facts, "forest_series_breaks").set_index("year")["reason"]
    return pd.DataFrame(
        {
            "indicator": "forest_cover_pct",
            "vintage": "province_outline",
            "unit_code": _PROVINCE,
            "period": rows["year"],
            "value": rows["cover_pct"],
            "unit": "pct",
            "broken": rows["year"].isin(breaks.index).map({True: "true", False: "false"}),
            "note": rows["year"].map(breaks),
            "source": rows["source"],
            "verified": rows["verified"],
        }
    )


def _made_up(facts: Path, known: pd.DataFrame) -> pd.DataFrame:
    """Make figures of districts until 2024 and of communes since, in keeping with each other."""
    rng = np.random.default_rng(_SEED)
    people = int(_known(known, "population_registered", _PERIOD))
    districts, communes = _districts(facts, known), read_facts(facts, "communes_65")
    parts = allot(people, districts["weight"].to_numpy())
    tables = [
        _of_districts(districts, year, parts, rng.uniform(0, 3, len(districts))) for year in _YEARS
    ]
    tables.append(_of_communes(communes, dict(zip(districts["name"], parts, strict=True)), rng))
    return pd.concat(tables, ignore_index=True)


def _known(known: pd.DataFrame, indicator: str, period: str) -> float:
    at = (known["indicator"] == indicator) & (known["period"] == period)
    return float(known.loc[at, "value"].iloc[0])


def _districts(facts: Path, known: pd.DataFrame) -> pd.DataFrame:
    """Return the former districts with their people at the census as weight."""
    districts = read_facts(facts, "districts_2023")
    census = known[(known["indicator"] == _CENSUS) & (known["vintage"] == "districts_2023")]
    weight = districts["district_code"].map(numbers(census.set_index("unit_code")["value"]))
    return districts.assign(weight=weight)


def _of_districts(
    districts: pd.DataFrame, year: str, parts: NDArray[np.int64], spread: NDArray[np.float64]
) -> pd.DataFrame:
    past = int(_PERIOD) - int(year)
    people = np.round(parts * (1 - _GROWTH * past)).astype(int)
    rural = allot(_RURAL_2023, numbers(districts["area_km2"]).to_numpy())
    city = districts["name"].str.startswith("TP").to_numpy()
    figures = {
        "population_registered": people,
        "rural_communes": rural,
        "new_rural_pct": np.round(100 * np.floor(rural * _MET[year]) / rural, 1),
        "schools_standard": np.round(people / _PUPILS_AREA * (1 - 0.05 * past)),
        "hygienic_water_pct": np.round(97.5 - 0.7 * past - spread, 1),
        "beds_per_10000": np.round(np.where(city, 110.0, 20 + 3 * spread) - 0.5 * past, 1),
    }
    return _long(figures, "districts_2023", districts["district_code"], year)


def _of_communes(
    communes: pd.DataFrame, parts: dict[str, int], rng: np.random.Generator
) -> pd.DataFrame:
    ward = communes["name"].str.startswith("Phường").to_numpy()
    town = communes["merged_from"].str.contains("Thị trấn").to_numpy()
    weight = np.sqrt(numbers(communes["area_km2_attr"]).to_numpy()) * np.select(
        [ward, town], [6.0, 1.8], 1.0
    )
    people = np.zeros(len(communes), dtype=int)
    for district, total in parts.items():
        inside = (communes["former_district"] == district).to_numpy()
        people[inside] = allot(total, weight[inside])
    first = np.argsort(np.argsort(np.where(ward, 0, -people))) < _MET_2025
    spread = rng.uniform(0, 4, len(communes))
    figures = {
        "population_registered": people,
        "rural_communes": np.where(ward, 0, 1),
        "new_rural_pct": np.where(ward, np.nan, np.where(first, 100.0, 0.0)),
        "schools_standard": np.round(people / _PUPILS_AREA),
        "hygienic_water_pct": np.round(99.5 - spread, 1),
        "beds_per_10000": np.round(np.select([ward, town], [95.0, 40.0], 0.0), 1),
    }
    rows = _long(figures, "communes_2025", communes["nso_code"], _PERIOD)
    broken = rows["indicator"] == "new_rural_pct"
    return rows.assign(
        broken=broken.map({True: "true", False: "false"}), note=broken.map({True: _REFORM})
    )


def _long(
    figures: dict[str, NDArray[np.generic]], vintage: str, codes: "pd.Series[str]", period: str
) -> pd.DataFrame:
    """Return one row per figure."""
    tables = [
        pd.DataFrame(
            {
                "indicator": indicator,
                "vintage": vintage,
                "unit_code": codes.to_numpy(),
                "period": period,
                "value": values,
                "unit": _UNITS[indicator],
                "broken": "false",
                "note": None,
                "source": "Giả lập",
                "verified": False,
            }
        )
        for indicator, values in figures.items()
    ]
    return pd.concat(tables, ignore_index=True)


def allot(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Divide a whole number by weights into whole numbers that add up to it."""
    exact = total * weights / weights.sum()
    parts: NDArray[np.int64] = np.floor(exact).astype("int64")
    largest = np.argsort(parts - exact, kind="stable")[: total - int(parts.sum())]
    parts[largest] += 1
    return parts
