"""What a report writes of a figure."""

import pytest

from geo_app.domain.ledger import Actual
from geo_app.domain.plan_report import result_words


@pytest.mark.parametrize(
    ("high", "words"), [(None, "75,84 %"), (75.84, "75,84 %"), (76.756, "75,84 % – 76,76 %")]
)
def test_what_is_not_known_shows_as_a_range(high: float | None, words: str) -> None:
    actual = Actual("computed", "2026", "", True, value=75.84, high=high)
    assert result_words(actual, "pct").vi == words
