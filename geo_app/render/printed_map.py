"""The map of what a study found, as it is printed: round scale, grid, north, legend, sources."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

import geopandas as gpd
from pyproj import CRS

from geo_app.domain.result import Findings, Input, Picture
from geo_app.domain.text import Bilingual
from geo_app.domain.vn2000 import zone
from geo_app.errors import DataError
from geo_app.render import paper
from geo_app.render.frame import Frame, frame_of, round_step
from geo_app.render.scale import limits
from geo_app.render.symbols import draw_names, draw_picture, legend_keys
from geo_app.render.values import show_number

_LEFT_MM, _RIGHT_MM, _TOP_MM = 5.0, 2.0, 4.0
"""Around the map's frame; above it stands the title too."""
_WIDTH_MM = paper.WIDTH_MM - _LEFT_MM - _RIGHT_MM
_HEIGHTS_MM = (90.0, 150.0)
_LINE_MM, _KEY_MM, _SIGN_MM = 4.0, 3.9, 1.3
"""Height of a line of the title and of the legend, width of a sign of the legend."""
_GRID_MM, _BAR_MM = 18.0, 50.0
"""Grid lines stand at least, and the scale bar is at most, so far on paper."""
_NEAR_MM, _FINEST_MM, _SMALL_MM = 5.0, 0.1, 2.0

_SCALE = Bilingual(
    "Tỷ lệ 1:{n:,} (in trên khổ A4, không co giãn)", "Scale 1:{n:,} (printed on A4, not resized)"
)
_GRID = Bilingual(
    "Lưới {system}; cách {step:,} m; X = Bắc, Y = Đông.",
    "Grid: {system}; every {step:,} m; X = north, Y = east.",
)
_NORTH = Bilingual("B", "N")
_ALT = Bilingual("Bản đồ tỷ lệ 1:{n:,}: {title}", "Map at 1:{n:,}: {title}")


@dataclass(frozen=True)
class Ground:
    """What is drawn under the pictures to find one's way by, and the version it is of."""

    picture: Picture
    source: Input


def mappable(findings: Findings) -> bool:
    """Tell whether anything a study found has a place."""
    return any(len(_with_places(each.frame)) for each in findings.pictures)


def draw_map(findings: Findings, ground: Ground | None, *, language: str) -> paper.Drawing:
    """
    Draw all pictures of a study over each other.

    The scale is the largest round one that holds all features and that the inputs bear; the notes
    below the map say which, and what limits it.

    Parameters
    ----------
    findings
        Where something is `mappable`.
    ground
        Drawn only where it is exact enough for the scale.

    Raises
    ------
    DataError
        If a picture's CRS is not in metres.
    """
    crs = findings.pictures[0].frame.crs
    placed = [_placed(each, crs) for each in findings.pictures]
    pictures = [each for each in placed if len(each.frame)]
    under = [_placed(ground.picture, crs)] if ground else []
    inputs = list(findings.inputs)
    frame = _framed(pictures, inputs)
    if ground and all(frame.scale >= each.scale for each in limits([ground.source])):
        whole = _framed([*under, *pictures], inputs)
        frame = whole if whole.scale == frame.scale else frame
        inputs += [ground.source] if ground.source not in inputs else []
    else:
        under = []
    notes = [
        _system(crs, frame).get(language),
        *(each.reason.get(language) for each in limits(inputs)),
        *paper.footnote(inputs, language),
    ]
    lines = [line for note in notes for line in textwrap.wrap(note, paper.NOTE_SIGNS)]
    page = _Sheet(findings.title.get(language), frame, under, pictures, lines, language)
    return page.drawn(stamped=findings.illustrative)


def _framed(pictures: Sequence[Picture], inputs: Sequence[Input]) -> Frame:
    least = max((each.scale for each in limits(inputs)), default=0)
    return frame_of(pictures, least=least, width_mm=_WIDTH_MM, heights_mm=_HEIGHTS_MM)


def _placed(picture: Picture, crs: CRS) -> Picture:
    if not crs.is_projected:
        message = f"picture {picture.layer.id}: its CRS is {crs}; a printed map needs metres"
        raise DataError(message)
    frame = _with_places(picture.frame)
    return replace(picture, frame=frame if frame.crs == crs else frame.to_crs(crs))


def _with_places(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)]


def _system(crs: CRS, frame: Frame) -> Bilingual:
    found = zone(crs.to_string())
    title = found.name if found else Bilingual(crs.name, crs.name)
    return _GRID.filled(system=title, step=round_step(frame.metres(_GRID_MM)))


@dataclass(frozen=True)
class _Sheet:
    """The parts of a map below each other; places in millimetres from the upper left corner."""

    title: str
    frame: Frame
    under: Sequence[Picture]
    pictures: Sequence[Picture]
    notes: Sequence[str]
    language: str

    def drawn(self, *, stamped: bool) -> paper.Drawing:
        heading = textwrap.wrap(self.title, paper.TITLE_SIGNS)
        keys = [
            (sign, title.get(self.language))
            for each in (*self.under, *self.pictures)
            for sign, title in legend_keys(each)
        ]
        columns = _columns([text for _, text in keys])
        top = _TOP_MM + _LINE_MM * len(heading)
        bar = top + self.frame.height_mm + 6
        legend = bar + 8
        notes = legend + _KEY_MM * -(-len(keys) // columns) + 2
        figure = paper.sheet(notes + paper.NOTE_LINE_MM * len(self.notes) + 1)
        _write(figure, _LEFT_MM, 2.5, heading, size=paper.TITLE_SIZE, color=paper.INK)
        self._draw_frame(figure, top)
        self._draw_bar(figure, bar)
        figure.legend(
            [sign for sign, _ in keys],
            [paper.literal(text) for _, text in keys],
            loc="upper left",
            bbox_to_anchor=_at(figure, _LEFT_MM, legend),
            ncols=columns,
            fontsize=7,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handlelength=1.8,
        )
        _write(figure, _LEFT_MM, notes, self.notes, size=paper.NOTE_SIZE, color=paper.QUIET)
        alt = _ALT.filled(n=self.frame.scale, title=self.title).get(self.language)
        return paper.drawing(figure, alt, stamped=stamped, language=self.language)

    def _draw_frame(self, figure: Figure, top: float) -> None:
        frame = self.frame
        left, bottom = _at(figure, _LEFT_MM, top + frame.height_mm)
        right, upper = _at(figure, _LEFT_MM + frame.width_mm, top)
        axes = figure.add_axes((left, bottom, right - left, upper - bottom))
        for each in (*self.under, *self.pictures):
            draw_picture(axes, each, finest_m=frame.metres(_FINEST_MM))
        for each in self.pictures:
            draw_names(axes, each, small_m=frame.metres(_SMALL_MM))
        axes.set(xlim=(frame.west, frame.east), ylim=(frame.south, frame.north), aspect="auto")
        axes.set(xlabel="", ylabel="")
        _draw_grid(axes, frame, self.language)
        _draw_north(axes, frame, _NORTH.get(self.language))

    def _draw_bar(self, figure: Figure, top: float) -> None:
        """Draw a bar of a round length in five parts, and the scale in figures beside it."""
        most = self.frame.metres(_BAR_MM)
        length = max(step for step in _round_lengths() if step <= most)
        width = length / self.frame.scale * 1_000
        for part in range(5):
            corner = _at(figure, _LEFT_MM + part * width / 5, top + 1.5)
            size = np.subtract(_at(figure, width / 5, 0), _at(figure, 0, 1.5))
            figure.add_artist(
                Rectangle(
                    corner,
                    *size,
                    facecolor=(paper.INK, paper.PAPER)[part % 2],
                    edgecolor=paper.INK,
                    linewidth=0.6,
                    transform=figure.transFigure,
                )
            )
        unit, shown = ("km", length / 1_000) if length >= 1_000 else ("m", length)
        words = f"{show_number(shown, self.language)} {unit}"
        for x, text in ((0.0, "0"), (width - 1, words)):
            _write(figure, _LEFT_MM + x, top + 2.2, [text], size=7.0, color=paper.INK)
        stated = _SCALE.filled(n=self.frame.scale).get(self.language)
        _write(figure, _LEFT_MM + _BAR_MM + 15, top, [stated], size=8.0, color=paper.INK)


def _at(figure: Figure, x: float, y: float) -> tuple[float, float]:
    """Return a place, millimetres from the upper left corner, as parts of a figure."""
    width, height = figure.get_size_inches() * paper.MM
    return float(x / width), float(1 - y / height)


def _write(
    figure: Figure, x: float, y: float, lines: Sequence[str], *, size: float, color: str
) -> None:
    text = paper.literal("\n".join(lines))
    figure.text(*_at(figure, x, y), text, fontsize=size, color=color, va="top", linespacing=1.25)


def _columns(titles: Sequence[str]) -> int:
    """Return how many columns of a legend stand beside each other."""
    longest = max(map(len, titles), default=0) * _SIGN_MM + 9
    return int(np.clip(_WIDTH_MM // longest, 1, 4))


def _round_lengths() -> list[int]:
    return [step * 10**power for power in range(6) for step in (1, 2, 5)]


def _draw_grid(axes: Axes, frame: Frame, language: str) -> None:
    step = round_step(frame.metres(_GRID_MM))
    east = np.arange(np.ceil(frame.west / step), np.floor(frame.east / step) + 1) * step
    north = np.arange(np.ceil(frame.south / step), np.floor(frame.north / step) + 1) * step
    near = frame.east - frame.metres(_NEAR_MM)
    # A label at the corner would leave the sheet.
    axes.set_xticks(east, [show_number(each, language) if each < near else "" for each in east])
    axes.set_yticks(
        north, [show_number(each, language) for each in north], rotation=90, va="center"
    )
    axes.tick_params(labelsize=6, length=2, width=0.6, pad=1.5, color=paper.INK)
    axes.grid(color=paper.QUIET, linewidth=0.35, alpha=0.5)
    axes.set_axisbelow(False)


def _draw_north(axes: Axes, frame: Frame, letter: str) -> None:
    east, tip, foot = 1 - 5 / frame.width_mm, 1 - 2 / frame.height_mm, 1 - 11 / frame.height_mm
    axes.annotate(
        letter,
        xy=(east, tip),
        xytext=(east, foot),
        xycoords="axes fraction",
        fontsize=9,
        weight="bold",
        color=paper.INK,
        ha="center",
        va="center",
        arrowprops={"arrowstyle": "-|>", "color": paper.INK, "linewidth": 1.2},
        path_effects=[withStroke(linewidth=2, foreground=paper.PAPER)],
    )
