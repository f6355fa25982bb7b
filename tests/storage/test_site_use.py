"""How a site check treats a layer: a wrong key is told by file, key, what stood there."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from geo_app.domain.plan import Plan
from geo_app.domain.site import GROUPS, SiteUse
from geo_app.errors import CatalogueError
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.instruments import read_plan
from geo_app.storage.site_use import check_basis

TESTS = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TESTS / "small_province" / "layers", tmp_path / "layers"))


def put(folder: Path, layer: str, keys: str) -> None:
    path = folder / f"{layer}.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[legend]", f"[site]\n{keys}\n\n[legend]", 1), encoding="utf-8")


def test_a_layer_without_it_is_not_looked_at(folder: Path) -> None:
    assert read_catalogue(folder).layer("wells").site is None


def test_every_key_is_read(folder: Path) -> None:
    put(
        folder,
        "wells",
        'group = "plans"\ntreat = "inform"\nnear_m = 50\nsliver_m2 = 2\nstale_after_months = 6\n'
        'basis = ["a"]\nconsult = ["b"]\ncounts = {grade = ["good"]}\nclass_field = "grade"\n'
        'decision_field = "name"\nvalid_from_field = "dug"\nvalid_to_field = "dug"',
    )
    assert read_catalogue(folder).layer("wells").site == SiteUse(
        "plans", "inform", 50.0, 2.0, 6, ("a",), ("b",), {"grade": ("good",)}, "grade", "name",
        "dug", "dug",
    )  # fmt: skip
    put(folder, "roads", 'group = "corridor"\ngrade_field = "grade"\nroadbed_field = "width_m"')
    use = read_catalogue(folder).layer("roads").site
    assert use == SiteUse("corridor", grade_field="grade", roadbed_field="width_m")


@pytest.mark.parametrize(
    ("layer", "keys", "words"),
    [
        ("wells", 'group = "sky"', "site: group: found 'sky'; expected one of corridor, plans"),
        ("wells", 'group = "plans"\ntreat = "ban"', "site: treat: found 'ban'"),
        ("wells", 'group = "plans"\nnear = 1', "site: near: is not known here"),
        ("wells", 'group = "plans"\nnear_m = -1', "near_m: found -1; expected 0 or more"),
        ("wells", 'group = "plans"\nsliver_m2 = -1', "sliver_m2: found -1; expected 0 or more"),
        ("wells", 'group = "plans"\nstale_after_months = 0', "stale_after_months: expected 1"),
        ("wells", 'group = "plans"\nclass_field = "x"', "class_field: found 'x'"),
        ("wells", 'group = "plans"\nvalid_to_field = "name"', "valid_to_field: found 'name'"),
        ("wells", 'group = "plans"\ncounts = {name = ["a"]}', "counts: name: is no field with"),
        ("wells", 'group = "plans"\ncounts = {x = ["a"]}', "counts: x: .*have them: grade"),
        ("wells", 'group = "plans"\ncounts = {grade = ["a"]}', "grade: found 'a'; expected some"),
        ("wells", 'group = "plans"\ngrade = "IV"', "grade: is for group 'corridor'"),
        ("wells", 'group = "corridor"', "found group 'corridor' for a point layer"),
        ("roads", 'group = "forest"', "found group 'forest' for a line layer; it is for polygon"),
        ("roads", 'group = "corridor"\ntreat = "inform"', "treat: is not for group 'corridor'"),
        ("roads", 'group = "plans"\ntreat = "near"', "treat: 'near' is for group 'border'"),
        (
            "roads",
            'group = "corridor"\ngrade = "IV"\ngrade_field = "grade"',
            "grade: does not go with grade_field",
        ),
        ("roads", 'group = "corridor"\nroadbed_field = "name"', "roadbed_field: found 'name'"),
        ("communes", 'group = "forest"\ntype_field = "kind"', "type_field: and origin_field go"),
        ("communes", 'group = "plans"\ntype_field = "kind"', "type_field: is for group 'forest'"),
        ("communes", 'group = "units"\nborder_field = "name"', "border_field: found 'name'"),
        ("cover", 'group = "forest"', "found group 'forest' for a raster layer"),
    ],
)
def test_a_wrong_key(folder: Path, layer: str, keys: str, words: str) -> None:
    put(folder, layer, keys)
    with pytest.raises(CatalogueError, match=rf"{layer}\.toml: site: .*{words}|{layer}.*{words}"):
        read_catalogue(folder)


def test_a_table_of_names_says_where_its_rows_lie(folder: Path) -> None:
    path = folder / "old_units.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + '\n[site]\ngroup = "units"\n', encoding="utf-8")
    assert read_catalogue(folder).layer("old_units").site == SiteUse("units")
    kept = [line for line in text.splitlines() if not line.startswith(("layer =", "field ="))]
    path.write_text("\n".join(kept) + '\n[site]\ngroup = "units"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"old_units\.toml: site: a table needs `layer`"):
        read_catalogue(folder)


def test_what_an_answer_rests_on_stands_in_the_plan() -> None:
    layers = read_catalogue(TESTS.parent / "layers")
    plan = read_plan(TESTS.parent / "plan")
    check_basis(plan, layers.layers.values())
    forest = layers.layer("forest")
    assert forest.site
    for key, words in (("basis", "topics of .* or ids"), ("consult", r"topics of \S+$")):
        wrong = replace(forest, site=replace(forest.site, **{key: ("nothing",)}))
        with pytest.raises(CatalogueError, match=rf"site: {key}: found 'nothing'.*{words}"):
            check_basis(plan, [wrong])
    with pytest.raises(CatalogueError, match="forest_change_of_use"):
        check_basis(Plan(), [forest])


def test_the_sample_answers_every_question() -> None:
    layers = read_catalogue(TESTS.parent / "layers").layers.values()
    assert {each.site.group for each in layers if each.site} == set(GROUPS)
