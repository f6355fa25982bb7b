import gzip
import io
import json

import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pmtiles.reader import MmapSource, all_tiles

import geopandas as gpd
import rasterio
import shapely

from geo_app.domain.layer import Field, Layer, Legend, LegendClass, Style
from geo_app.domain.text import Bilingual
from geo_app.errors import CrsError, DataError
from geo_app.render import display
from geo_app.render.display import write_display, write_raster_display

TEXT = Bilingual("Thửa đất", "Parcels")
WEST, SOUTH = 430_000, 2_400_000


def make_layer(geometry="polygon", **changes):
    names = ("parcel_code", "land_use", "name", "accuracy", "owner_name")
    fields = {name: Field(name, "text", TEXT) for name in names}
    classes = (
        LegendClass(TEXT, Style("#aa0000", fill="#ff0000", fill_opacity=0.4), ("rice", "1")),
        LegendClass(TEXT, Style("#00aa00", fill="#00ff00", fill_opacity=0.4), ("forest", "2")),
    )
    options = {
        "id": "parcels",
        "title": TEXT,
        "summary": TEXT,
        "theme": "rural",
        "geometry": geometry,
        "crs": "EPSG:9215",
        "owner": "so_nnmt",
        "order": 1,
        "fields": fields,
        "legend": Legend("land_use", classes),
        "key": ("parcel_code",),
        "name": "name",
        "accuracy": "accuracy",
    }
    return Layer(**options | changes)


def make_frame(geometries, crs="EPSG:9215"):
    count = len(geometries)
    columns = {
        "parcel_code": [f"P{number:05d}" for number in range(count)],
        "land_use": ["rice" if number % 2 else "forest" for number in range(count)],
        "name": ["Thửa số 1 </script>"] * count,
        "accuracy": ["B"] * count,
        "owner_name": ["Nguyễn Văn A"] * count,
    }
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)


def squares(rows, columns, side=100):
    return [
        shapely.box(x, y, x + side, y + side)
        for y in range(SOUTH, SOUTH + rows * side, side)
        for x in range(WEST, WEST + columns * side, side)
    ]


@pytest.fixture
def write(tmp_path):
    def run(frame, layer=None, folder="display", **options):
        fields = list(make_layer().fields)
        quiet = {"fields": fields, "progress": lambda _: None}
        return write_display(frame, layer or make_layer(), tmp_path / folder, **quiet | options)

    run.folder = tmp_path / "display"
    return run


def vector_features(path):
    """Return the features of each zoom, and the size of the largest tile."""
    found, largest = {}, 0
    with path.open("rb") as file:
        for (zoom, _, _), tile in all_tiles(MmapSource(file)):
            largest = max(largest, len(tile))
            content = mapbox_vector_tile.decode(gzip.decompress(tile))
            assert list(content) == ["parcels"]
            for feature in content["parcels"]["features"]:
                properties = feature["properties"]
                found.setdefault(zoom, {})[properties["parcel_code"]] = properties
    return found, largest


def overview_counts(path):
    """Return how many pixels of each zoom have each colour."""
    counts = {}
    with path.open("rb") as file:
        for (zoom, _, _), tile in all_tiles(MmapSource(file)):
            image = Image.open(io.BytesIO(tile)).convert("RGBA")
            for number, color in image.getcolors(256 * 256):
                by_color = counts.setdefault(zoom, {})
                by_color[color] = by_color.get(color, 0) + number
    return counts


RED, GREEN = (255, 0, 0, 102), (0, 255, 0, 102)


class TestGeoJson:
    def test_a_small_layer_is_geojson(self, write):
        manifest = write(make_frame(squares(2, 2)))
        path = write.folder / "public.geojson"
        size = path.stat().st_size
        assert manifest == {
            "kind": "geojson",
            "file": "public.geojson",
            "bytes": size,
            "features": 4,
        }
        first = json.loads(path.read_bytes())["features"][0]
        assert first["properties"] == {
            "parcel_code": "P00000",
            "land_use": "forest",
            "name": "Thửa số 1 </script>",
            "accuracy": "B",
        }
        ring = first["geometry"]["coordinates"][0]
        assert shapely.LinearRing(ring).is_ccw
        assert all(round(x, 6) == x for point in ring for x in point)
        assert 106 < ring[0][0] < 107
        assert (
            gzip.decompress(path.with_name("public.geojson.gz").read_bytes()) == path.read_bytes()
        )

    def test_the_same_frame_gives_the_same_bytes(self, write, tmp_path):
        for folder in ("a", "b"):
            write(make_frame(squares(2, 2)), folder=folder)
        for name in ("public.geojson", "public.geojson.gz"):
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()

    def test_only_fields_the_reader_may_see(self, write):
        write(make_frame(squares(1, 1)), name="staff", fields=["parcel_code"])
        content = json.loads((write.folder / "staff.geojson").read_bytes())
        assert content["features"][0]["properties"] == {"parcel_code": "P00000"}

    def test_no_fields_at_all(self, write):
        write(make_frame(squares(1, 1)), fields=[])
        content = json.loads((write.folder / "public.geojson").read_bytes())
        assert content["features"][0]["properties"] == {}

    def test_values_keep_their_type(self, write):
        frame = make_frame(squares(1, 3))
        frame["name"] = pd.to_datetime(["2025-07-01", None, None]).astype("datetime64[s]")
        frame["land_use"] = pd.array([1, None, 3], dtype="Int64")
        frame["accuracy"] = [True, None, False]
        write(frame)
        features = json.loads((write.folder / "public.geojson").read_bytes())["features"]
        rows = [tuple(feature["properties"].values()) for feature in features]
        assert rows[0] == ("P00000", 1, "2025-07-01", True)
        assert rows[1] == ("P00001", None, None, None)

    def test_features_without_geometry_are_left_out(self, write):
        frame = make_frame([*squares(1, 1), None, shapely.Polygon()])
        assert write(frame)["features"] == 1
        assert write(frame.iloc[1:])["features"] == 0

    def test_too_many_bytes_make_tiles(self, write, monkeypatch):
        monkeypatch.setattr(display, "GEOJSON_BYTES", 1000)
        assert write(make_frame(squares(2, 2)))["kind"] == "tiles"


class TestErrors:
    def test_no_crs(self, write):
        frame = make_frame(squares(1, 1), crs=None)
        with pytest.raises(CrsError, match="parcels: the features have no CRS; expected EPSG:9215"):
            write(frame)

    def test_coordinates_outside_of_the_earth(self, write):
        frame = make_frame([shapely.box(0, 0, 1, 1), shapely.Point(1e30, 1e30)])
        with pytest.raises(CrsError, match=r"feature 2 .* \(1e\+30, 1e\+30\), which EPSG:9215"):
            write(frame)

    def test_tiles_too_heavy_at_every_zoom(self, write, monkeypatch):
        monkeypatch.setattr(display, "GEOJSON_FEATURES", 1)
        monkeypatch.setattr(display, "TILE_BYTES", 10)
        with pytest.raises(DataError, match="parcels: a vector tile at zoom 16 is larger than"):
            write(make_frame(squares(2, 2)))


class TestTiles:
    def test_small_polygons_are_a_picture_first_and_then_vectors(self, write, tmp_path):
        """4,096 squares of 1 ha, 107 m on the map: 11 pixels at zoom 14, 22 at zoom 15."""
        frame = make_frame(squares(64, 64))
        manifest = write(frame)
        assert manifest == {
            "kind": "tiles",
            "layer": "parcels",
            "overview": {"file": "public-overview.pmtiles", "min_zoom": 8, "max_zoom": 14},
            "tiles": {"file": "public.pmtiles", "min_zoom": 15, "max_zoom": 15},
        }
        features, largest = vector_features(write.folder / "public.pmtiles")
        assert list(features) == [15]
        assert len(features[15]) == 4096
        assert list(features[15]["P00001"]) == ["parcel_code", "land_use", "name", "accuracy"]
        assert largest <= 500_000
        counts = overview_counts(write.folder / "public-overview.pmtiles")
        assert list(counts) == list(range(8, 15))
        for zoom in range(8, 14):
            pixel_m = 156_543.034 / 2**zoom * np.cos(np.radians(21.72))
            drawn = counts[zoom][RED] + counts[zoom][GREEN]
            assert drawn * pixel_m**2 == pytest.approx(4096 * 1e4, rel=0.15 if zoom < 11 else 0.03)
            assert set(counts[zoom]) <= {RED, GREEN, (0, 0, 0, 0)}
        assert counts[14][(170, 0, 0, 255)] > 0  # outlines: features are wider than 6 pixels
        write(frame, folder="again")
        for name in ("public.pmtiles", "public-overview.pmtiles"):
            again = (tmp_path / "again" / name).read_bytes()
            assert again == (write.folder / name).read_bytes()

    def test_a_few_heavy_polygons_are_vectors_from_the_lowest_zoom(self, write):
        """65 discs of 3,000 vertices: 195,000 vertices are too many for GeoJSON."""
        centres = [shapely.Point(WEST + 1e4 * (n % 8), SOUTH + 1e4 * (n // 8)) for n in range(65)]
        manifest = write(make_frame([centre.buffer(4_000, quad_segs=750) for centre in centres]))
        assert manifest["overview"] is None
        assert manifest["tiles"] == {"file": "public.pmtiles", "min_zoom": 8, "max_zoom": 14}
        assert not (write.folder / "public-overview.pmtiles").exists()
        features, largest = vector_features(write.folder / "public.pmtiles")
        assert {zoom: len(found) for zoom, found in features.items()} == dict.fromkeys(
            range(8, 15), 65
        )
        assert largest <= 500_000

    def test_points_start_where_no_tile_holds_too_many(self, write):
        """10,000 points within 10 km: a tile is 36 km wide at zoom 10, and 9 km at zoom 12."""
        random = np.random.default_rng(1)
        places = random.uniform((WEST, SOUTH), (WEST + 1e4, SOUTH + 1e4), size=(10_000, 2))
        manifest = write(make_frame(shapely.points(places)), make_layer("point"))
        first = manifest["tiles"]["min_zoom"]
        assert manifest["overview"]["max_zoom"] == first - 1
        assert 11 <= first <= 13
        features, _ = vector_features(write.folder / "public.pmtiles")
        assert len(features[first]) == 10_000
        counts = overview_counts(write.folder / "public-overview.pmtiles")
        strokes = (170, 0, 0, 255), (0, 170, 0, 255)
        assert all(counts[zoom].get(strokes[0], 0) for zoom in range(8, first))

    def test_lines_keep_every_feature(self, write):
        lines = [
            shapely.LineString([(WEST + 50 * n, SOUTH), (WEST + 50 * n, SOUTH + 2_000)])
            for n in range(5_000)
        ]
        manifest = write(make_frame(lines), make_layer("line"))
        features, largest = vector_features(write.folder / "public.pmtiles")
        assert all(len(found) == 5_000 for found in features.values())
        assert min(features) == manifest["tiles"]["min_zoom"]
        assert largest <= 500_000

    def test_heavy_tiles_raise_the_first_zoom(self, write, monkeypatch):
        monkeypatch.setattr(display, "GEOJSON_VERTICES", 1)
        monkeypatch.setattr(display, "TILE_BYTES", 4_000)
        manifest = write(make_frame(squares(32, 32)))
        first = manifest["tiles"]["min_zoom"]
        assert first > 8
        assert manifest["overview"]["max_zoom"] == first - 1
        assert vector_features(write.folder / "public.pmtiles")[1] <= 4_000

    def test_a_feature_no_class_holds_is_grey_and_not_hidden(self, write, monkeypatch):
        monkeypatch.setattr(display, "GEOJSON_FEATURES", 1)
        frame = make_frame(squares(4, 4, side=1000))
        frame["land_use"] = None
        manifest = write(frame)
        assert manifest["overview"]["min_zoom"] == 8
        counts = overview_counts(write.folder / "public-overview.pmtiles")
        assert counts[10][(140, 140, 140, 140)] > 0


class TestRaster:
    @pytest.fixture
    def raster(self, tmp_path):
        def make(dtype="uint8", crs="EPSG:9215", nodata=0):
            """400 × 400 cells of 30 m: class 1 west, class 2 east, a quarter without data."""
            cells = np.repeat([[1] * 200 + [2] * 200], 400, axis=0).astype(dtype)
            cells[:200, :200] = 0
            path = tmp_path / "classes.tif"
            profile = {"driver": "GTiff", "width": 400, "height": 400, "count": 1, "dtype": dtype}
            profile |= {"transform": rasterio.Affine(30, 0, WEST, 0, -30, SOUTH), "nodata": nodata}
            with rasterio.open(path, "w", crs=crs, **profile) as target:
                target.write(cells, 1)
            return path

        return make

    def write(self, path, tmp_path, layer=None):
        layer = layer or make_layer("raster", fields={}, key=())
        return write_raster_display(path, layer, tmp_path / "d", progress=lambda _: None)

    def test_shares_and_colours_at_every_zoom(self, raster, tmp_path):
        """A cell is 32 m on the map: a pixel of zoom 13 is 19 m, of zoom 12 38 m."""
        manifest = self.write(raster(), tmp_path)
        assert manifest == {
            "kind": "raster",
            "overview": {"file": "public-overview.pmtiles", "min_zoom": 8, "max_zoom": 13},
        }
        counts = overview_counts(tmp_path / "d" / "public-overview.pmtiles")
        assert list(counts) == list(range(8, 14))
        for zoom, tolerance in [(8, 0.2), (10, 0.1), (13, 0.01)]:
            assert set(counts[zoom]) == {RED, GREEN, (0, 0, 0, 0)}
            assert counts[zoom][GREEN] / counts[zoom][RED] == pytest.approx(2, rel=tolerance)
        pixel_ha = (156_543.034 / 2**13 * np.cos(np.radians(21.6))) ** 2 / 1e4
        assert counts[13][RED] * pixel_ha == pytest.approx(200 * 200 * 0.09, rel=0.01)

    def test_without_nodata_outside_is_still_transparent(self, raster, tmp_path):
        legend = make_layer().legend
        zero = LegendClass(TEXT, Style("#0000ff", fill_opacity=1.0), ("0",))
        layer = make_layer("raster", legend=Legend(None, (*legend.classes, zero)))
        self.write(raster(nodata=None), tmp_path, layer)
        counts = overview_counts(tmp_path / "d" / "public-overview.pmtiles")[13]
        assert counts[(0, 0, 255, 255)] == pytest.approx(counts[RED], rel=0.01)
        assert counts[(0, 0, 0, 0)] > 0

    def test_no_crs(self, raster, tmp_path):
        with pytest.raises(CrsError, match=r"classes\.tif: the raster has no CRS"):
            self.write(raster(crs=None), tmp_path)

    def test_other_types_are_refused(self, raster, tmp_path):
        with pytest.raises(DataError, match=r"found type float32; class codes are uint8"):
            self.write(raster(dtype="float32"), tmp_path)
