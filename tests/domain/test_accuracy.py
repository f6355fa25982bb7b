"""Metres of accuracy, read from the words of a delivery and from classes of features."""

import pytest

from geo_app.domain.accuracy import accuracy_m, coarsest_m


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("±5 km", 5_000),
        ("±5 km (qua thị trấn ±1 km); lý trình ước lượng", 5_000),
        ("±1 km đến ±5 km", 5_000),
        ("±0,5 m", 0.5),
        ("+/-2.5 m", 2.5),
        ("± 30 cm", 0.3),
        ("Bản đồ địa hình 1:10.000", 5),
        ("1/50 000", 25),
        ("Theo cấp A, B, C của từng điểm", None),
        ("Không có: vị trí do chương trình tạo", None),
        ("±0,02 điểm phần trăm", None),
        ("±5 %; diện tích 4.842 km²", None),
        ("±5 m²", None),
        ("", None),
        (None, None),
    ],
)
def test_the_coarsest_distance_counts(text: str | None, metres: float | None) -> None:
    assert accuracy_m(text) == metres


@pytest.mark.parametrize(
    ("codes", "metres"),
    [("A", 100), ("AC", 5_000), ("AX", None), (["A", None], None), (["A", float("nan")], None),
     ("", None)],
)  # fmt: skip
def test_features_are_as_exact_as_the_coarsest(codes: str, metres: float | None) -> None:
    assert coarsest_m(codes) == metres
