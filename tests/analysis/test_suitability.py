"""Sites judged by hand."""

import numpy as np
import pandas as pd
import pytest

from geo_app.analysis.suitability import Criterion, judge
from geo_app.errors import DataError

SIZE = Criterion("size", "area_ha", 1.0, least=50)
ROAD = Criterion("road", "km", 3.0, most=10)


def test_sites_are_filtered_then_ranked() -> None:
    sites = pd.DataFrame(
        {"area_ha": [100, 60, 20, np.nan, 100], "km": [5.0, 0.0, 1.0, 2.0, np.nan]},
        index=list("abcde"),
    )
    found = judge(sites, [SIZE, ROAD])
    assert found["size"].tolist() == ["pass", "pass", "fail", "unknown", "pass"]
    assert found["road"].tolist() == ["pass", "pass", "pass", "pass", "unknown"]
    assert found["verdict"].tolist() == [
        "suitable", "suitable", "unsuitable", "unsure", "unsure",
    ]  # fmt: skip
    # (1 x 1 + 3 x 0.5) / 4, (1 x 0.6 + 3 x 1) / 4, …; unknown counts nothing.
    assert found["score"].tolist() == pytest.approx([0.625, 0.9, 0.725, 0.6, 0.25])
    assert found["rank"].tolist() == [2, 1, 5, 3, 4]


def test_a_limit_is_met_at_the_limit() -> None:
    found = judge(pd.DataFrame({"area_ha": [50.0], "km": [10.0]}), [SIZE, ROAD])
    assert found["verdict"].tolist() == ["suitable"]


def test_no_sites_are_no_rows() -> None:
    assert judge(pd.DataFrame({"area_ha": [], "km": []}), [SIZE, ROAD]).empty


@pytest.mark.parametrize("weights", [(), (0.0,), (-1.0,)])
def test_weights_must_weigh(weights: tuple[float, ...]) -> None:
    criteria = [Criterion("size", "area_ha", weight, least=1) for weight in weights]
    with pytest.raises(DataError, match="weights"):
        judge(pd.DataFrame({"area_ha": [1.0]}), criteria)
