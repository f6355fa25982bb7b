"""Presets read and checked."""

from pathlib import Path

import pytest

from geo_app.domain.preset import folded
from geo_app.errors import CatalogueError
from geo_app.storage.presets import read_presets
from geo_app.workspace import Workspace
from geo_app.workspace.presets import presets

TITLE = 'title = {vi = "x", en = "x"}\nlayers = ["communes"]\n'


def test_those_of_the_province_hold(province: Workspace) -> None:
    found = presets(province)
    assert set(found) == {
        "commune_boundaries",
        "coordinate_tables",
        "forest_inventory",
        "road_events",
        "road_inventory",
        "statistics_by_year",
        "village_road_register",
    }
    assert folded("CHURUNG") in found["forest_inventory"].signature


def test_a_province_without(small_province: Workspace, tmp_path: Path) -> None:
    assert read_presets(tmp_path / "presets", small_province.catalogue) == {}


def test_all_keys(small_province: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        TITLE + 'personal = ["chu"]\n[columns.dt]\nfield = "area_km2"\nunit = "ha"\n'
        'names = ["dien tich"]\n'
        '[columns.loai]\nfield = "kind"\ncodes = {X = "xa"}\n'
        '[compose]\ncommune_code = ["h", "x"]\n'
        '[constant]\nformer_district = "Huyện Bắc"\n'
        '[[derive]]\nfield = "kind"\nvalue = "xa"\nwhen = {h = ["1"]}\n'
        '[[leave_out]]\nwhen = {x = [""]}\nreason = {vi = "a", en = "b"}\n'
        '[headings]\nnorth = ["tung do"]\neast = ["hoanh do"]\n',
        encoding="utf-8",
    )
    preset = read_presets(tmp_path, small_province.catalogue)["a"]
    assert preset.columns[0].names == ("dt", "dien tich")
    assert preset.columns[1].codes == {"X": "xa"}
    assert preset.compose == {"commune_code": ("h", "x")}
    assert preset.constant == {"former_district": "Huyện Bắc"}
    assert preset.derive[0].when == {"h": ("1",)}
    assert preset.leave_out[0].reason.en == "b"
    assert (preset.north, preset.east) == (("tung do",), ("hoanh do",))
    assert preset.signature == {"dt", "loai", "h", "x", "chu"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TITLE.replace("communes", "nowhere"), "a.toml: layers: found 'nowhere'"),
        (TITLE + '[columns.a]\nfield = "b"', "field: found 'b'; layer communes has: "),
        (
            TITLE + '[columns.a]\nfield = "area_km2"\nunit = "m"',
            "columns.a: unit: unit 'm' cannot become 'km2'; what can: m2, ha, km2",
        ),
        (
            TITLE + '[columns.a]\nfield = "kind"\ncodes = {1 = "tp"}',
            "columns.a: found code 'tp'; expected one of xa, phuong",
        ),
        (TITLE + '[[derive]]\nfield = "kind"\nvalue = "xa"\nwhen = {}', "when: is empty"),
        (TITLE + '[constant]\nkind = "tp"', "constant: found code 'tp'; expected one of xa"),
        (TITLE + '[constant]\nsize = "1"', "field: found 'size'; layer communes has: "),
        (TITLE + "colour = 1", "colour: is not known here"),
    ],
)
def test_what_is_wrong_is_named(
    small_province: Workspace, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_presets(tmp_path, small_province.catalogue)
    assert words in str(caught.value)
