"""The strip map: roads as straight lines with their kilometres, and what lies along them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from geo_app.domain.layer import Field
from geo_app.domain.road_event import STATE_COLORS
from geo_app.render.paper import INK, QUIET, RED, WIDTH_MM, literal
from geo_app.render.values import show_number, show_value

ROADS = 12
"""Roads that one picture shows."""
_LANE_MM, _PANEL_MM, _KEY_MM, _HEAD_MM = 6.0, 13.0, 13.0, 10.0
_LABELS_MM = 34.0
_HATCHES = {"doing": "////", "not_started": "...", "planned": "\\\\\\\\", "several": "xxxx"}
_MARKERS = {"bridge": "s", "photo": "o", "point": "D"}
_SIGN_MM, _MARKER_MM = 1.15, 2.0
"""Width of a sign of a label, and of a marker."""
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_MOST_TICKS, _TICK_SHARE = 13, 0.05
_HEIGHTS = {"left": (0.0, 0.36), "right": (-0.36, 0.36), "both": (-0.36, 0.72)}
"""Where a bar of each side stands in its row, and how high: left is up where chainage rises."""


def strip_height_mm(rows: pd.DataFrame) -> float:
    """Return how high the picture of such rows is, without its notes."""
    lanes = sum(_lane_count(own) for _, own in _panels(rows))
    return _HEAD_MM + _KEY_MM + _PANEL_MM * len(_panels(rows)) + _LANE_MM * lanes


def draw_strip(
    figure: Figure, rows: pd.DataFrame, fields: Mapping[str, Field], language: str
) -> None:
    """Draw a panel per road into an empty figure, and the key below them."""
    panels = _panels(rows)
    heights = [_PANEL_MM + _LANE_MM * _lane_count(own) for _, own in panels]
    axes = figure.subplots(
        len(panels) + 1, 1, squeeze=False, gridspec_kw={"height_ratios": [*heights, _KEY_MM]}
    )[:, 0]
    for (name, own), panel in zip(panels, axes, strict=False):
        panel.set_title(literal(name), loc="left", color=INK, fontsize=7.5, weight="bold", pad=8)
        _draw_panel(panel, own, fields, language)
    axes[-1].set_axis_off()
    keys = _keys(rows, fields, language)
    axes[-1].legend(handles=keys, loc="center left", ncols=4, fontsize=6.5, frameon=False)


def _panels(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    grouped = rows.groupby("road_name", sort=False)
    return [(str(name), own) for name, own in grouped][:ROADS]


def _lanes(rows: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(rows["lane"].dropna()))


def _lane_count(rows: pd.DataFrame) -> int:
    return len(_lanes(rows))


def _draw_panel(axes: Axes, rows: pd.DataFrame, fields: Mapping[str, Field], language: str) -> None:
    shown = rows[rows["lane"].notna()]
    low, high = shown["start_km"].min(), shown["end_km"].max()
    edge = max(0.02 * (high - low), 0.05)
    low, high = low - edge, high + edge
    lanes = _lanes(rows)
    levels = {lane: len(lanes) - place for place, lane in enumerate(lanes)}
    posts = rows[rows["part"].isin(["post", "end"])].sort_values("start_km")
    inside = posts[posts["start_km"].between(low, high)]
    _draw_line(axes, posts, inside, (low, high), language)
    rooms = _rooms(shown, high) / (high - low) * (WIDTH_MM - _LABELS_MM)
    for row, room_mm in zip(shown.to_dict("records"), rooms, strict=True):
        named = fields["label" if row["label"] else "state"]
        text = show_value(row[named.name], named, language)
        if row["part"] in _MARKERS:
            _draw_point(axes, row, levels[row["lane"]], _fitted(text, room_mm - _MARKER_MM))
        else:
            _draw_bar(axes, row, levels[row["lane"]], _fitted(text, room_mm))
    names = [literal(show_value(lane, fields["lane"], language)) for lane in lanes]
    axes.set_yticks([levels[lane] for lane in lanes], names)
    axes.set_xlim(low, high)
    axes.set_ylim(-0.35, len(lanes) + 0.5)
    axes.tick_params(labelsize=6, length=2)
    axes.tick_params(axis="y", length=0)
    for spine in ("top", "right", "left", "bottom"):
        axes.spines[spine].set_visible(False)


def _draw_line(
    axes: Axes,
    posts: pd.DataFrame,
    inside: pd.DataFrame,
    window: tuple[float, float],
    language: str,
) -> None:
    """Draw the road itself: its kilometres, its posts, its jumps."""
    ends = np.clip([posts["start_km"].min(), posts["start_km"].max()], *window)
    axes.plot(ends, [0, 0], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=2)
    stands = inside[inside["part"] == "post"]
    axes.plot(
        stands["start_km"], np.zeros(len(stands)), linestyle="", marker="^", markersize=3.5,
        color=INK, markerfacecolor="white", markeredgewidth=0.7, zorder=3,
    )  # fmt: skip
    for jump in stands[stands["from_km"] != stands["to_km"]].to_dict("records"):
        axes.axvline(jump["start_km"], color=RED, linestyle=(0, (4, 2)), linewidth=0.9, zorder=4)
        axes.annotate(
            jump["label"], (jump["start_km"], 1.0), xycoords=("data", "axes fraction"),
            ha="center", va="bottom", fontsize=5.5, color=RED,
        )  # fmt: skip
    places, km = _ticks(posts, window)
    axes.set_xticks(places, [f"Km{show_number(each, language)}" for each in km])


def _ticks(posts: pd.DataFrame, window: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Return where round kilometres stand, as the posts tell; of two too near, the first."""
    step = next((s for s in _STEPS if (window[1] - window[0]) / s <= _MOST_TICKS), _STEPS[-1])
    along, arrives, goes_on = (posts[name].to_numpy() for name in ("start_km", "from_km", "to_km"))
    least = (window[1] - window[0]) * _TICK_SHARE
    found: dict[float, float] = {}
    for at in range(len(along) - 1):
        first, last = goes_on[at], arrives[at + 1]
        for number in range(int(np.ceil(first / step - 1e-9)), int(last / step + 1e-9) + 1):
            km = round(number * step, 6)
            share = (km - first) / (last - first) if last > first else 0.0
            place = along[at] + share * (along[at + 1] - along[at])
            if window[0] <= place <= window[1] and place - max(found, default=-least) >= least:
                found[float(place)] = km
    return list(found), list(found.values())


def _fitted(text: str, room_mm: float) -> str:
    """Return a label as far as there is room; nothing where only a stump would be left."""
    signs = int(room_mm / _SIGN_MM)
    if len(text) <= signs:
        return text
    return f"{text[: signs - 1].rstrip()}…" if signs >= 6 else ""


def _rooms(rows: pd.DataFrame, high: float) -> pd.Series:
    """Return how far each label may reach: its bar, or to the next point; half a bar has none."""
    points = rows[rows["part"].isin(list(_MARKERS))].sort_values("start_km", kind="stable")
    following = points["start_km"].shift(-1).fillna(high)
    room = (rows["end_km"] - rows["start_km"]).where(~rows["side"].isin(["left", "right"]), 0.0)
    room.loc[points.index] = following - points["start_km"]
    return room


def _draw_bar(axes: Axes, row: Mapping[Any, Any], level: int, text: str) -> None:
    below, height = _HEIGHTS.get(row["side"], _HEIGHTS["both"])
    corner, width = (row["start_km"], level + below), row["end_km"] - row["start_km"]
    if row["part"] == "planned":
        style: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 0.9}
    else:
        style = _style(row["state"])
    axes.add_patch(Rectangle(corner, width, height, zorder=2, **style))
    if text:
        axes.text(
            corner[0] + width / 2, corner[1] + height / 2, literal(text), ha="center", va="center",
            fontsize=6, color=INK, zorder=5,
            bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _style(state: str) -> dict[str, Any]:
    return {
        "facecolor": STATE_COLORS[state],
        "edgecolor": QUIET,
        "hatch": _HATCHES.get(state),
        "linewidth": 0.6,
        "linestyle": "--" if state == "gap" else "-",
    }


def _draw_point(axes: Axes, row: Mapping[Any, Any], level: int, text: str) -> None:
    at = row["start_km"]
    axes.plot([at, at], [0, level], color=QUIET, linewidth=0.5, zorder=1)
    axes.plot([at], [level], marker=_MARKERS[row["part"]], markersize=4, color=INK, zorder=4)
    axes.annotate(
        literal(text), (at, level), xytext=(4, 0), textcoords="offset points", va="center",
        fontsize=5.5, color=INK, zorder=5,
    )  # fmt: skip


def _keys(rows: pd.DataFrame, fields: Mapping[str, Field], language: str) -> Sequence[Any]:
    states, parts = set(rows["state"].dropna()), set(rows["part"])
    titles = fields["state"].values
    keys: list[Any] = [
        Patch(label=title.get(language), **_style(code))
        for code, title in titles.items()
        if code in states
    ]
    names = fields["part"].values
    if "planned" in parts:
        frame = Patch(facecolor="none", edgecolor=INK, label=names["planned"].get(language))
        keys.append(frame)
    for part, marker in {**_MARKERS, "post": "^"}.items():
        if part in parts:
            face = "white" if part == "post" else INK
            keys.append(
                Line2D([], [], linestyle="", marker=marker, markersize=4, color=INK,
                       markerfacecolor=face, label=names[part].get(language))
            )  # fmt: skip
    return keys
