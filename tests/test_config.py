"""Settings: environment over file over default, and nothing unknown passes."""

from pathlib import Path

import pytest

from geo_app.config import SETTINGS, find_workspace, read_settings
from geo_app.errors import SettingsError

COMPLETE = 'title_vi = "Tỉnh Nhỏ"\ntitle_en = "Small Province"\ncrs = "EPSG:9210"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "province"
    folder.mkdir()
    (folder / "geo_app.toml").write_text(COMPLETE, encoding="utf-8")
    return folder


def test_defaults(root: Path) -> None:
    settings = read_settings(root, {})
    assert settings.title_vi == "Tỉnh Nhỏ"
    assert settings.port == 5000
    assert settings.host == "127.0.0.1"
    assert settings.outline == "province_outline"
    assert settings.time_zone == "Asia/Ho_Chi_Minh"
    assert settings.store_folder == root / "data" / "store"


def test_environment_beats_file_beats_default(root: Path) -> None:
    (root / "geo_app.toml").write_text(COMPLETE + "port = 6000\nworkers = 3\n", encoding="utf-8")
    settings = read_settings(root, {"GEO_APP_PORT": "7000", "PATH": "/bin"})
    assert (settings.port, settings.workers) == (7000, 3)


def test_a_store_may_stand_elsewhere(root: Path, tmp_path: Path) -> None:
    settings = read_settings(root, {"GEO_APP_STORE": str(tmp_path / "far")})
    assert settings.store_folder == tmp_path / "far"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("port = ", ["geo_app.toml", "cannot be read"]),
        ("prot = 5000\n" + COMPLETE, ["geo_app.toml", "prot", "unknown setting", "port"]),
        ('port = "5000"\n' + COMPLETE, ["geo_app.toml", "port", "'5000'", "a whole number"]),
        ("port = true\n" + COMPLETE, ["port", "True", "a whole number"]),
        ("host = 5\n" + COMPLETE, ["host", "found 5", "expected text"]),
        ('title_vi = "x"\ntitle_en = "x"\n', ["crs", "is missing", "EPSG:9215"]),
        ('time_zone = "Asia/Saigonn"\n' + COMPLETE, ["time_zone", "'Asia/Saigonn'", "time zone"]),
        ("workers = 0\n" + COMPLETE, ["workers", "found 0", "1 to 64"]),
        ("port = 70000\n" + COMPLETE, ["port", "70000", "65535"]),
        ('host = ""\n' + COMPLETE, ["host", "is empty"]),
    ],
)
def test_a_wrong_file_is_told_apart(root: Path, content: str, words: list[str]) -> None:
    (root / "geo_app.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(root, {})
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"GEO_APP_PROT": "1"}, ["environment", "GEO_APP_PROT", "GEO_APP_PORT"]),
        ({"GEO_APP_PORT": "five"}, ["environment: GEO_APP_PORT", "'five'", "a whole number"]),
        ({"GEO_APP_PORT": "--5"}, ["environment: GEO_APP_PORT", "'--5'", "a whole number"]),
        ({"GEO_APP_WORKERS": "0"}, ["environment: GEO_APP_WORKERS", "1 to 64"]),
    ],
)
def test_a_wrong_environment(root: Path, environment: dict[str, str], words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(root, environment)
    assert [word for word in words if word not in str(caught.value)] == []


def test_latin_1_is_not_utf_8(root: Path) -> None:
    (root / "geo_app.toml").write_bytes('title_vi = "Lãng"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(root, {})


def test_find_the_nearest_parent(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = root / "notebooks" / "a"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert find_workspace(environment={}) == root


def test_find_by_the_environment_and_by_name(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_workspace(environment={"GEO_APP_WORKSPACE": str(root)}) == root
    assert find_workspace(Path("province"), {"GEO_APP_WORKSPACE": "/nowhere"}) == root


def test_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"not a workspace, it has no geo_app\.toml"):
        find_workspace(tmp_path, {})
    with pytest.raises(SettingsError, match=r"no workspace here or above.*GEO_APP_WORKSPACE"):
        find_workspace(environment={})


def test_every_setting_says_what_it_is_for() -> None:
    assert all(setting.help.endswith(".") for setting in SETTINGS)
