"""What is set aside holds until its day, and until the layer changes."""

from datetime import UTC, date, datetime

import pytest

from geo_app.domain.override import Override, site_digest

SITE = site_digest("{}")


def override(feature: str | None = "R1", site: str | None = SITE) -> Override:
    made = datetime(2026, 6, 1, tzinfo=UTC)
    return Override(1, "roads", feature, site, "đã khảo sát", "Lan", made, date(2026, 6, 30), "d1")


@pytest.mark.parametrize(
    ("day", "digest", "state"),
    [
        (date(2026, 6, 1), "d1", "holds"),
        (date(2026, 6, 30), "d1", "holds"),
        (date(2026, 7, 1), "d1", "expired"),
        (date(2026, 6, 30), "d2", "reopened"),
        (date(2026, 6, 30), None, "reopened"),
        (date(2026, 7, 1), "d2", "expired"),
    ],
)
def test_state(day: date, digest: str | None, state: str) -> None:
    assert override().state(day, digest) == state


def test_it_speaks_of_one_feature_at_one_site_or_of_all() -> None:
    assert override().covers("roads", "R1", SITE)
    assert not override().covers("wells", "R1", SITE)
    assert not override().covers("roads", "R2", SITE)
    assert not override().covers("roads", None, SITE)
    assert not override().covers("roads", "R1", site_digest("[]"))
    everywhere = override(feature=None, site=None)
    assert everywhere.covers("roads", "R2", SITE)
    assert everywhere.covers("roads", None, None)


def test_a_site_is_named_by_its_text() -> None:
    """SHA-256 of two bytes, as any other tool computes it."""
    assert SITE == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
