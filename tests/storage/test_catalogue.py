"""The catalogue: a wrong key or value is told by file, key, what stood there and what was meant."""

import shutil
from pathlib import Path

import pytest

from geo_app.domain.checks import Checks
from geo_app.domain.text import Bilingual
from geo_app.errors import CatalogueError, UnknownError
from geo_app.storage.catalogue import read_catalogue

TESTS = Path(__file__).parents[1]
AGENCIES = frozenset({"so_nv", "so_nnmt"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TESTS / "small_province" / "layers", tmp_path / "layers"))


def test_a_whole_catalogue(folder: Path) -> None:
    catalogue = read_catalogue(folder, AGENCIES)
    assert list(catalogue.themes) == ["land", "water"]
    # By theme, then drawing order.
    land = ["province_outline", "cover", "communes", "old_units", "roads", "schools"]
    assert list(catalogue.layers) == [*land, "bunkers", "surveys", "wells"]
    wells = catalogue.layer("wells")
    assert wells.title == Bilingual("Giếng", "Wells")
    assert wells.key == ("well_code",)
    assert wells.field("depth_m").unit == "m"
    assert wells.field("phone").access == "staff"
    assert wells.field("grade").values["good"].vi == "Tốt"
    assert wells.field("name").source_field == "name"
    assert catalogue.layer("communes").field("commune_code").source_field == "comm_code"
    assert catalogue.layer("schools").state == "awaited"
    assert catalogue.layer("bunkers").access == "restricted"


def test_what_does_not_exist(folder: Path) -> None:
    catalogue = read_catalogue(folder)
    with pytest.raises(UnknownError, match="there is no layer 'well'; `geo-app layers`"):
        catalogue.layer("well")
    with pytest.raises(UnknownError, match="there is no theme 'air'; themes: land, water"):
        catalogue.theme("air")


FIELD = '[fields.{}]\ntype = "{}"\ntitle = {{vi = "a", en = "b"}}\n'

WRONG = {
    # (what to change in wells.toml, what to put there) → what the message must say
    "unknown key": ("order = 90", "ordre = 90", ["order: is missing", "a whole number"]),
    "key too many": ("order = 90", "order = 90\nodrer = 1", ["odrer", "did you mean 'order'"]),
    "theme": ('theme = "water"', 'theme = "wather"', ["theme", "'wather'", "one of land, water"]),
    "geometry": ('"point"', '"points"', ["geometry", "'points'", "one of point, line"]),
    "no CRS": ('crs = "EPSG:9210"', "", ["crs", "is missing", "EPSG:9215"]),
    "unknown CRS": ("EPSG:9210", "EPSG:0", ["crs", "'EPSG:0'", "projected CRS in metres"]),
    "degrees": ("EPSG:9210", "EPSG:4326", ["crs", "'EPSG:4326'", "projected CRS in metres"]),
    "no key": ('key = ["well_code"]', "", ["key", "features need a key"]),
    "key of no field": ('key = ["well_code"]', 'key = ["id"]', ["key", "'id'", "well_code"]),
    "name of no field": ('name = "name"', 'name = "nom"', ["name", "'nom'", "one of well_code"]),
    "owner": ("so_nnmt", "so_x", ["owner", "'so_x'", "one of so_nnmt, so_nv"]),
    "order": ("order = 90", 'order = "90"', ["order", "'90'", "a whole number"]),
    "visible": ("visible = true", "visible = 1", ["visible", "found 1", "true or false"]),
    "title": ('en = "Wells"', 'eng = "Wells"', ["title: en: is missing", "expected text"]),
    "empty title": ('en = "Wells"', 'en = " "', ["title: en", "is empty"]),
    "vintage": ("order = 90", 'order = 9\nvintage = "2025"', ["vintage", "'2025'", "a date"]),
    "access": ("order = 90", 'order = 9\naccess = "all"', ["access", "'all'", "public, staff"]),
    "state": ("order = 90", 'order = 9\nstate = "here"', ["state", "'here'", "present, awaited"]),
    "no legend": ("[legend]", "[legende]", ["legende", "did you mean 'legend'"]),
    "legend field": (
        '[legend]\nfield = "grade"',
        '[legend]\nfield = "x"',
        ["legend: field", "'x'"],
    ),
    "legend without field": ('[legend]\nfield = "grade"', "[legend]", ["legend", "no field"]),
    "color": ("#2f6b3c", "green", ["legend: classes 1: color", "'green'", "#1f77b4"]),
    "legend code": ('values = ["good"]', 'values = ["god"]', ["classes 1", "'god'", "good, poor"]),
    "legend limits": ('values = ["good"]', "minimum = 1", ["classes 1", "limits", "grade is text"]),
    "field type": ('type = "integer"', 'type = "int"', ["fields.users: type", "'int'", "integer"]),
    "no unit": ('unit = "m"', "", ["fields.depth_m: unit", "is missing", "one of m, km"]),
    "unit": ('unit = "m"', 'unit = "feet"', ["fields.depth_m: unit", "'feet'", "one of m"]),
    "unit and name": ('unit = "m"', 'unit = "km"', ["fields.depth_m: unit", "ends in _km"]),
    "unit of text": (
        '[fields.name]\ntype = "text"',
        '[fields.name]\ntype = "text"\nunit = "m"',
        ["fields.name: unit", "'m'", "type text"],
    ),
    "long source field": (
        'aliases = ["ten_gieng"]',
        'source_field = "ten_cua_gieng"',
        ["fields.name: source_field", "'ten_cua_gieng'", "ten ASCII"],
    ),
    "accented source field": (
        'aliases = ["ten_gieng"]',
        'source_field = "tên"',
        ["fields.name: source_field", "'tên'", "ten ASCII"],
    ),
    "alias of two": (
        'aliases = ["ten_gieng"]',
        'aliases = ["DUG"]',
        ["fields.dug", "'dug'", "of name too"],
    ),
    "code without title": ('good = {vi = "Tốt", en = "Good"}', "good = 1", ["values: good", "1"]),
    "codes of numbers": (
        '[fields.dug]\ntype = "date"',
        '[fields.dug]\ntype = "date"\nvalues = {a = {vi = "a", en = "a"}}',
        ["fields.dug: values", "type date", "codes are text"],
    ),
    "reserved name": ("[fields.dug]", "[fields.fid]", ["fields.fid: name", "the record needs"]),
    "field name": ("[fields.dug]", "[fields.Dug]", ["fields.Dug: name", "'Dug'", "lower-case"]),
    "field that is no table": (
        "[legend]\n",
        "[fields]\nx = 1\n[legend]\n",
        ["fields.x: found 1", "expected a table"],
    ),
    "mark": ('"synthetic",', '"sinthetic",', ["sample: marks", "'sinthetic'", "schematic"]),
    "sample date": ("date = 2026-01-01", "date = 2026", ["sample: date", "2026", "a date such as"]),
    "sample licence": ('licence = "MIT"', "", ["sample: licence", "is missing"]),
    "search kind": ('kind = "place"', 'kind = "town"', ["search: kind", "'town'", "unit, place"]),
    "search context": ('kind = "place"', 'context = ["x"]', ["search: context", "'x'"]),
    "search layer": ('kind = "place"', 'layer = "x"\nfield = "name"', ["search: layer", "'x'"]),
    "search in a table": (
        'kind = "place"',
        'layer = "old_units"\nfield = "name"',
        ["search: layer", "'old_units'", "a layer with geometry"],
    ),
    "search half": ('kind = "place"', 'layer = "roads"', ["search", "go together"]),
    "search without name": ('\nname = "name"', "", ["search", "no `name` field"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_layer_file(folder: Path, case: str) -> None:
    found, put, words = WRONG[case]
    path = folder / "wells.toml"
    text = path.read_text(encoding="utf-8")
    assert found in text
    path.write_text(text.replace(found, put, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder, AGENCIES)
    message = str(caught.value)
    assert [word for word in ("wells.toml", *words) if word not in message] == [], message


def test_a_class_that_holds_nothing(folder: Path) -> None:
    path = folder / "wells.toml"
    text = path.read_text(encoding="utf-8").replace(
        '[legend]\nfield = "grade"', '[legend]\nfield = "depth_m"'
    )
    limits = text.replace('values = ["good"]', "minimum = 3\nmaximum = 3")
    path.write_text(limits, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"wells\.toml: legend: classes 1: .*holds nothing"):
        read_catalogue(folder)


def test_a_map_layer_needs_a_legend(folder: Path) -> None:
    path = folder / "schools.toml"
    path.write_text(path.read_text(encoding="utf-8").split("[legend]")[0], encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"schools\.toml: legend: is missing; a map layer"):
        read_catalogue(folder)


def test_a_table_has_no_crs(folder: Path) -> None:
    path = folder / "old_units.toml"
    text = path.read_text(encoding="utf-8").replace("order = 11", 'order = 11\ncrs = "EPSG:9210"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"old_units\.toml: crs: a table has no coordinates"):
        read_catalogue(folder)


def test_a_file_name_is_an_id(folder: Path) -> None:
    (folder / "wells.toml").rename(folder / "Wells-2.toml")
    with pytest.raises(CatalogueError, match=r"Wells-2\.toml: file name: 'Wells-2'"):
        read_catalogue(folder)


@pytest.mark.parametrize(
    ("found", "put", "words"),
    [
        ('id = "water"', 'id = "land"', "id 'land' stands twice"),
        ('id = "water"', 'id = "Nước"', "id: found 'Nước'"),
        ('id = "water"', 'name = "water"', "id: is missing"),
        ("[[themes]]\n", "[[theme]]\n", "theme: is not known here"),
    ],
)
def test_wrong_themes(folder: Path, found: str, put: str, words: str) -> None:
    path = folder / "themes.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(found, put), encoding="utf-8")
    with pytest.raises(CatalogueError, match=words) as caught:
        read_catalogue(folder)
    assert "themes.toml" in str(caught.value)


def test_no_folder_no_themes(folder: Path) -> None:
    with pytest.raises(CatalogueError, match="the folder of layers does not exist"):
        read_catalogue(folder / "deeper")
    (folder / "themes.toml").unlink()
    with pytest.raises(CatalogueError, match=r"themes\.toml: the file does not exist"):
        read_catalogue(folder)


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ("partition = true", r"wells\.toml: checks: partition is for a polygon layer"),
        ("network = true", "checks: network is for a line layer"),
        ('names = "nowhere"', "checks: names: found 'nowhere'; expected a layer with names"),
        ('area_field = "depth_m"', "checks: area_field: found 'depth_m'"),
        ("repair_m2 = -1", "checks: repair_m2: found -1; expected 0 or more"),
        ("snap_m = 1", "checks: snap_m: is not known here"),
    ],
)
def test_wrong_checks(folder: Path, checks: str, words: str) -> None:
    path = folder / "wells.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[sample]", f"[checks]\n{checks}\n\n[sample]", 1), "utf-8")
    with pytest.raises(CatalogueError, match=words):
        read_catalogue(folder)


def test_checks_of_a_layer(folder: Path) -> None:
    assert read_catalogue(folder).layer("wells").checks == Checks()
    communes = read_catalogue(folder).layer("communes").checks
    assert communes == Checks(partition=True, area_field="area_km2")


def test_only_a_key_is_assigned(folder: Path) -> None:
    path = folder / "wells.toml"
    text = path.read_text(encoding="utf-8")
    at = text.index("[fields.name]\n") + len("[fields.name]\n")
    path.write_text(f"{text[:at]}assigned = true\n{text[at:]}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"fields\.name: assigned is for a key"):
        read_catalogue(folder)


@pytest.mark.parametrize("layers", ['["nothing"]', '["communes"]'])
def test_roads_are_named_by_line_layers(folder: Path, layers: str) -> None:
    path = folder / "wells.toml"
    text = path.read_text(encoding="utf-8")
    at = text.index("[fields.name]\n") + len("[fields.name]\n")
    path.write_text(f"{text[:at]}routes = {layers}\n{text[at:]}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"wells\.toml: fields\.name: routes: found"):
        read_catalogue(folder)
    path.write_text(f'{text[:at]}routes = ["roads"]\n{text[at:]}', encoding="utf-8")
    assert read_catalogue(folder).layer("wells").fields["name"].routes == ("roads",)


def test_the_owner_is_an_agency_of_the_plan(folder: Path) -> None:
    assert read_catalogue(folder).layers
    with pytest.raises(CatalogueError, match=r"bunkers\.toml: owner: found 'so_nnmt'"):
        read_catalogue(folder, frozenset({"so_nv"}))


def test_the_repository_s_own_catalogue() -> None:
    catalogue = read_catalogue(TESTS.parent / "layers")
    assert {"communes_2025", "national_roads", "patrol_road"} <= set(catalogue.layers)
    assert catalogue.layer("patrol_road").access == "restricted"
