import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import TileType

import rasterio
import shapely
from rasterio.features import rasterize

from geo_app.domain.layer import Layer, Legend, LegendClass, Style
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.render.overview import (
    BLOCK,
    Palette,
    Polygons,
    Strokes,
    Zooms,
    classify,
    encode_png,
    palette_of,
    write_pyramid,
)
from geo_app.render.scanline import Window, fill, take_apart, trace

TEXT = Bilingual("Lớp", "Class")


def make_layer(*classes, field=None):
    return Layer(
        id="parcels",
        title=TEXT,
        summary=TEXT,
        theme="rural",
        geometry="polygon",
        crs="EPSG:9215",
        owner="so_nnmt",
        order=1,
        fields={},
        legend=Legend(field, classes),
    )


def make_class(color="#ff0000", **options):
    return LegendClass(TEXT, Style(color, fill_opacity=0.4), **options)


def squares(*corners, side=10):
    return np.array([shapely.box(x, y, x + side, y + side) for x, y in corners])


class TestFill:
    def test_a_pixel_belongs_to_the_polygon_at_its_centre(self):
        shapes = np.array([shapely.box(1, 1, 3.4, 2), shapely.box(3.4, 1, 3.6, 3)])
        grid = fill(take_apart(shapes), Window(0, 0, 5))
        assert grid.tolist() == [
            [0, 0, 0, 0, 0],
            [0, 1, 1, 2, 0],
            [0, 0, 0, 2, 0],
            [0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0],
        ]

    def test_holes_and_parts_and_the_last_of_two_on_top(self):
        ring = shapely.box(0, 0, 6, 6).difference(shapely.box(2, 2, 4, 4))
        parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(7, 7, 8, 8)])
        grid = fill(take_apart(np.array([ring, parts])), Window(0, 0, 8))
        assert grid[2:4, 2:4].tolist() == [[0, 0], [0, 0]]
        assert (grid == 1).sum() == 36 - 4 - 1
        assert grid[0, 0] == grid[7, 7] == 2

    def test_a_window_shows_its_part_of_shapes_larger_than_itself(self):
        large = np.array([shapely.box(-100, -100, 100.5, 100)])
        grid = fill(take_apart(large), Window(98, 96, 8))
        assert (grid > 0).sum(axis=1).tolist() == [2, 2, 2, 2, 0, 0, 0, 0]

    def test_it_agrees_with_gdal(self):
        random = np.random.default_rng(1)
        centres = random.uniform(0, 200, size=(300, 2))
        stars = []
        for x, y in centres:
            angles = np.sort(random.uniform(0, 2 * np.pi, 9))
            radii = random.uniform(1, 20, 9)
            points = np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])
            stars.append(shapely.make_valid(shapely.Polygon(points)))
        shapes = np.array([star for star in stars if star.geom_type.endswith("Polygon")])
        ours = fill(take_apart(shapes), Window(0, 0, 200))
        numbered = [(shape, number) for number, shape in enumerate(shapes, start=1)]
        flat = rasterio.Affine.identity()
        theirs = rasterize(numbered, out_shape=(200, 200), transform=flat, dtype="int32")
        assert len(shapes) > 250
        assert (ours == theirs).mean() > 0.9999

    def test_nothing_gives_an_empty_grid(self):
        assert not fill(take_apart(squares((0, 0))), Window(1000, 1000, 4)).any()
        assert not trace(take_apart(squares((0, 0))), Window(1000, 1000, 4)).any()


class TestTrace:
    def test_a_line_has_no_gaps(self):
        slanting = np.array([shapely.LineString([(0.5, 0.5), (7.5, 3.5)])])
        assert trace(take_apart(slanting), Window(0, 0, 8)).any(axis=0).all()
        on_the_grid = np.array([shapely.LineString([(0, 3), (4900, 3)])])
        grid = trace(take_apart(on_the_grid), Window(0, 0, 5000))
        assert np.flatnonzero(grid[3]).tolist() == list(range(4901))
        assert grid.sum() == 4901

    def test_many_strings_stay_apart(self):
        lines = np.array([shapely.MultiLineString([[(0, 0), (1, 0)], [(6, 6), (7, 6)]])])
        grid = trace(take_apart(lines), Window(0, 0, 8))
        assert np.argwhere(grid).tolist() == [[0, 0], [0, 1], [6, 6], [6, 7]]

    def test_a_point_is_as_wide_as_the_brush(self):
        points = np.array([shapely.Point(4.2, 4.9), shapely.MultiPoint([(0.5, 0.5), (7, 7)])])
        edges = take_apart(points)
        assert np.argwhere(trace(edges, Window(0, 0, 8)) == 1).tolist() == [[4, 4]]
        wide = trace(edges, Window(0, 0, 8), brush=2)
        assert np.argwhere(wide == 1).tolist() == [[3, 3], [3, 4], [4, 3], [4, 4]]
        assert wide[0, 0] == wide[7, 7] == 2


class TestClassify:
    def test_codes_and_what_no_class_holds(self):
        legend = Legend("use", (make_class(values=("a", "1", "true")), make_class(values=("b",))))
        assert classify(pd.Series(["b", "a", "c", None]), legend, 4).tolist() == [1, 0, 2, 2]
        assert classify(pd.Series([1, 2]), legend, 2).tolist() == [0, 2]
        assert classify(pd.Series([1.0, None]), legend, 2).tolist() == [0, 2]
        assert classify(pd.Series([True, False]), legend, 2).tolist() == [0, 2]

    def test_ranges_hold_their_minimum_and_not_their_maximum(self):
        legend = Legend("x", (make_class(maximum=10.0), make_class(minimum=10.0, maximum=20.0)))
        values = pd.array([9, 10, 19, 20, None], dtype="Int64")
        assert classify(pd.Series(values), legend, 5).tolist() == [0, 1, 1, 2, 2]

    def test_a_class_without_condition_holds_everything_left(self):
        legend = Legend("use", (make_class(values=("a",)), make_class()))
        assert classify(pd.Series(["a", "z", None]), legend, 3).tolist() == [0, 1, 1]
        assert classify(None, Legend(None, (make_class(),)), 2).tolist() == [0, 0]


class TestPng:
    def test_palette_has_fill_and_stroke_of_each_class(self):
        style = Style("#102030", fill="#405060", opacity=1.0, fill_opacity=0.4)
        palette = palette_of(make_layer(LegendClass(TEXT, style)))
        assert palette.colors[:3] == ((0, 0, 0, 0), (64, 80, 96, 102), (16, 32, 48, 255))
        assert palette.depth == 4

    def test_a_legend_of_more_classes_than_colours_is_refused(self):
        with pytest.raises(DataError, match="parcels: 127 legend classes"):
            palette_of(make_layer(*[make_class()] * 127))

    @pytest.mark.parametrize("classes", [2, 20])
    def test_pixels_come_back(self, classes):
        palette = palette_of(make_layer(*[make_class()] * classes))
        codes = np.random.default_rng(1).integers(0, len(palette.colors), (256, 256)).astype("u1")
        image = Image.open(io.BytesIO(encode_png(codes, palette)))
        assert np.array_equal(np.array(image), codes)
        assert np.array(image.convert("RGBA"))[codes == 1][0].tolist() == [255, 0, 0, 102]
        assert np.array(image.convert("RGBA"))[codes == 0][0, 3] == 0


def read_tiles(path):
    with path.open("rb") as file:
        return {
            zxy: np.array(Image.open(io.BytesIO(tile))) for zxy, tile in all_tiles(MmapSource(file))
        }


class TestPyramid:
    def paint(self, painting, path, zooms, layer=None):
        layer = layer or make_layer(make_class(), make_class("#00ff00"))
        messages = []
        palette = palette_of(layer)
        write_pyramid(painting, path, zooms=zooms, palette=palette, progress=messages.append)
        return read_tiles(path), messages

    def test_each_zoom_shows_the_shares_of_the_classes(self, tmp_path):
        """Cells of 3 pixels, about one of four of the second class, over two blocks."""
        cells = 128
        left, top = BLOCK - 3 * cells // 2, BLOCK + 100
        corners = [(left + 3 * x, top + 3 * y) for y in range(cells) for x in range(cells)]
        second = np.random.default_rng(1).random(cells * cells) < 0.25
        codes = np.array([0, *(1 + 2 * second)], np.uint8)
        painting = Polygons(take_apart(squares(*corners, side=3)), codes, outlined=0)
        tiles, messages = self.paint(painting, tmp_path / "o.pmtiles", Zooms(8, 14))
        for zoom, wanted in [(14, 384**2), (13, 192**2), (12, 96**2), (11, 48**2), (10, 24**2)]:
            counts = sum(
                np.bincount(tile.ravel(), minlength=4)
                for (z, _, _), tile in tiles.items()
                if z == zoom
            )
            assert counts[1] + counts[3] == wanted
            assert counts[3] / wanted == pytest.approx(0.25, abs=0.05)
        assert {z for z, _, _ in tiles} == set(range(8, 15))
        assert messages[-1] == "overview: 2 of 2 blocks"

    def test_outlines_at_the_finest_levels_only(self, tmp_path):
        painting = Polygons(
            take_apart(squares((256, 256), (266, 256))), np.array([0, 1, 3], np.uint8), outlined=1
        )
        tiles, _ = self.paint(painting, tmp_path / "o.pmtiles", Zooms(9, 10))
        fine, coarse = tiles[10, 1, 1], tiles[9, 0, 0]
        assert fine[0, :20].tolist() == [2] * 10 + [4] * 10
        assert fine[5, :21].tolist() == [2] + [1] * 9 + [4] + [3] * 8 + [4] + [0]
        assert set(coarse.ravel()) == {0, 1, 3}
        assert (coarse == 1).sum() == (coarse == 3).sum() == 25

    def test_lines_and_points_are_drawn_at_every_zoom(self, tmp_path):
        line = np.array([shapely.LineString([(100, 300), (5000, 300)])])
        painting = Strokes(take_apart(line), np.array([0, 2], np.uint8), brush=1)
        tiles, _ = self.paint(painting, tmp_path / "l.pmtiles", Zooms(8, 14))
        lengths = dict.fromkeys(range(8, 15), 0)
        for (zoom, _, _), tile in tiles.items():
            lengths[zoom] += int((tile == 2).sum())
        assert lengths[14] == pytest.approx(4900, abs=2)
        assert lengths[8] == pytest.approx(4900 / 64, abs=2)
        assert min(lengths.values()) == lengths[8]
        point = np.array([shapely.Point(4097, 4097)])
        painting = Strokes(take_apart(point), np.array([0, 2], np.uint8), brush=2)
        tiles, _ = self.paint(painting, tmp_path / "p.pmtiles", Zooms(8, 14))
        assert {zoom for zoom, _, _ in tiles} == set(range(8, 15))

    def test_header_says_png_and_where(self, tmp_path):
        box = squares((0, 0), side=(256 << 2) // 2)
        painting = Polygons(take_apart(box), np.array([0, 1], np.uint8), outlined=0)
        path = tmp_path / "o.pmtiles"
        self.paint(painting, path, Zooms(2, 2))
        with path.open("rb") as file:
            header = Reader(MmapSource(file)).header()
        assert header["tile_type"] == TileType.PNG
        assert header["clustered"]
        assert (header["min_zoom"], header["max_zoom"]) == (2, 2)
        assert header["min_lon_e7"] == -1_800_000_000
        assert header["max_lon_e7"] == 0
        assert header["min_lat_e7"] == pytest.approx(0, abs=1)
        assert header["max_lat_e7"] == pytest.approx(850_511_288, abs=1)
        assert header["addressed_tiles_count"] == 4
        assert header["tile_contents_count"] == 1

    def test_nothing_to_show_is_said(self, tmp_path):
        painting = Polygons(take_apart(squares((0, 0))), np.array([0, 0], np.uint8), outlined=0)
        with pytest.raises(DataError, match=r"o\.pmtiles: no pixel of the overview"):
            self.paint(painting, tmp_path / "o.pmtiles", Zooms(8, 9))

    def test_a_palette_of_sixteen_colours_takes_half_the_bits(self):
        assert Palette(((0, 0, 0, 0),) * 16).depth == 4
        assert Palette(((0, 0, 0, 0),) * 17).depth == 8
