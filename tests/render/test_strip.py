"""The strip map: kilometres where the posts say, labels where there is room."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from geo_app.domain.road_event import STATE_COLORS, STATES, STRIP_COLUMNS
from geo_app.render.strip import ROADS, draw_strip, strip_height_mm

FIELDS = {each.name: each for each in STRIP_COLUMNS}


def rows(*given: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{"road_name": "QL4B", "label": "", **row} for row in given]).reindex(
        columns=list(FIELDS)
    )


def post(at_km: float, back_km: float, ahead_km: float, label: str = "") -> dict[str, object]:
    return {"part": "post", "start_km": at_km, "end_km": at_km, "from_km": back_km,
            "to_km": ahead_km, "label": label}  # fmt: skip


def bar(start_km: float, end_km: float, **more: object) -> dict[str, object]:
    return {"part": "section", "lane": "a", "start_km": start_km, "end_km": end_km, "side": "both",
            "state": "done", **more}  # fmt: skip


JUMPING = rows(
    post(0, 10, 10), post(5, 15, 14, "Km15 = Km14"), post(10, 19, 19), bar(0, 10, label="Gói 1")
)


def drawn(given: pd.DataFrame, language: str = "vi") -> Figure:
    figure = Figure(figsize=(6.3, strip_height_mm(given) / 25.4))
    draw_strip(figure, given, FIELDS, language)
    figure.canvas.draw()
    return figure


def test_kilometres_stand_where_the_posts_say() -> None:
    axes = drawn(JUMPING).axes[0]
    ticks = {text.get_text(): round(float(at), 3) for at, text in
             zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)}  # fmt: skip
    # At the jump, at 5 km, Km15 is Km14: the kilometres begin again from there.
    assert ticks == {"Km10": 0, "Km11": 1, "Km12": 2, "Km13": 3, "Km14": 4, "Km15": 6, "Km16": 7,
                     "Km17": 8, "Km18": 9, "Km19": 10}  # fmt: skip


def test_a_jump_is_shown_and_labels_fit() -> None:
    texts = [text.get_text() for text in drawn(JUMPING).axes[0].texts]
    assert texts == ["Km15 = Km14", "Gói 1"]
    narrow = rows(post(0, 0, 0), post(10, 10, 10), bar(0, 0.2, label="Gói 1"), bar(0.2, 10))
    assert [text.get_text() for text in drawn(narrow).axes[0].texts] == ["Hoàn thành"]
    assert [text.get_text() for text in drawn(narrow, "en").axes[0].texts] == ["Done"]


def test_a_bar_of_one_side_is_half_as_high() -> None:
    both = rows(post(0, 0, 0), post(1, 1, 1), bar(0, 1), bar(0, 1, side="left"))
    whole, half = (patch.get_height() for patch in drawn(both).axes[0].patches)
    assert half == pytest.approx(whole / 2)


def test_points_too_near_for_their_labels_have_none() -> None:
    points = [
        {"part": "bridge", "lane": "p", "start_km": at, "end_km": at, "label": "Cầu Bản Chu"}
        for at in (1.0, 1.1, 8.0)
    ]
    texts = drawn(rows(post(0, 0, 0), post(10, 10, 10), bar(0, 10), *points)).axes[0].texts
    assert [text.get_text() for text in texts].count("Cầu Bản Chu") == 2


def test_every_state_has_a_colour_and_a_key() -> None:
    assert set(STATE_COLORS) == set(STATES)
    bars = [bar(at, at + 1, state=state) for at, state in enumerate(STATES)]
    legend = drawn(rows(post(0, 0, 0), post(9, 9, 9), *bars)).axes[-1].get_legend()
    keys = [text.get_text() for text in legend.get_texts()]
    assert keys == [*(title.vi for title in STATES.values()), "Cọc lý trình"]


def test_a_picture_shows_so_many_roads_and_no_more() -> None:
    many = pd.concat(
        [JUMPING.assign(road_name=f"ĐT.{number}") for number in range(ROADS + 3)],
        ignore_index=True,
    )
    assert len(drawn(many).axes) == ROADS + 1
    assert strip_height_mm(many) < 400


def test_nothing_is_drawn_of_nothing() -> None:
    assert len(drawn(rows()).axes) == 1
