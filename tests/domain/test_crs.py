"""What may be measured in."""

import pytest

from geo_app.domain.crs import is_metric


@pytest.mark.parametrize(
    ("code", "metric"),
    [
        ("EPSG:9215", True),
        ("EPSG:9210", True),
        ("EPSG:32648", True),
        ("EPSG:4326", False),
        ("EPSG:4978", False),  # geocentric: metres, but from the earth's centre
        ("EPSG:2225", False),  # US survey feet
        ("EPSG:999999", False),
        ("", False),
        ("+proj=utm +zone=48", False),  # a definition: browsers and files need the code
    ],
)
def test_only_projected_metres(code: str, metric: bool) -> None:
    assert is_metric(code) is metric
