"""The pinned asset table, and how its files get here; no network: archives are made in the test."""

import base64
import hashlib
import io
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

import folium
from folium import plugins

from geo_app.errors import AssetError
from geo_app.render import assets
from geo_app.render.assets import LINKS, Lock, Package, install, path_of, read_lock, unpack

ROOT = Path(__file__).parents[2]


def archive_of(folder: Path, name: str, files: dict[str, bytes]) -> tuple[Path, str]:
    """Write a gzipped tar as npm does, and its sha512."""
    path = folder / name
    with tarfile.open(path, "w:gz") as tar:
        for member, content in files.items():
            entry = tarfile.TarInfo(member)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path, base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[Package, Path]:
    path, sha512 = archive_of(
        tmp_path,
        "tiny-1.0.0.tgz",
        {
            "package/dist/tiny.js": b"var tiny = 1;",
            "package/notes.txt": b"not wanted",
            "package/../../climbed.js": b"must not be written",
        },
    )
    return Package("tiny", "1.0.0", sha512, ("dist/tiny.js",)), path


def fetch_from(archive: Path, calls: list[str]) -> assets.Fetch:
    def fetch(lock: Lock, folder: Path, say: Callable[[str], None]) -> None:
        calls.append("fetch")
        (folder / archive.name).write_bytes(archive.read_bytes())

    return fetch


def ignore(line: str) -> None:
    """Take a line of progress."""


def test_only_named_files_are_unpacked(tiny: tuple[Package, Path], tmp_path: Path) -> None:
    package, archive = tiny
    into = tmp_path / "deep" / "vendor"
    unpack(archive, package, into)
    written = [p.relative_to(into).as_posix() for p in into.rglob("*") if p.is_file()]
    assert written == ["tiny@1.0.0/dist/tiny.js"]
    assert not list(tmp_path.rglob("climbed.js"))


def test_an_altered_archive_is_refused_before_unpacking(
    tiny: tuple[Package, Path], tmp_path: Path
) -> None:
    package, archive = tiny
    archive.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(AssetError, match=r"tiny@1\.0\.0: the archive's sha512 is .* expects"):
        unpack(archive, package, tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_a_named_file_that_is_a_link_or_absent_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "linked-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as tar:
        entry = tarfile.TarInfo("package/a.js")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(entry)
    sha512 = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    for name in ("a.js", "b.js"):
        with pytest.raises(AssetError, match=f"no plain file '{name}'"):
            unpack(path, Package("linked", "1.0.0", sha512, (name,)), tmp_path)


@pytest.mark.parametrize("name", ["../up.js", "/etc/up.js", "a/../../up.js", "a\\..\\up.js", ""])
def test_a_lock_cannot_name_a_file_outside_its_package(name: str, tmp_path: Path) -> None:
    lock = tmp_path / "assets.lock"
    lock.write_text(
        "[node]\nname = 'n'\nversion = '1'\nsha256 = []\n"
        f"[[package]]\nname = 'x'\nversion = '1'\nsha512 = ''\nfiles = ['{name}']\n"
    )
    with pytest.raises(AssetError, match="leads out of its folder"):
        read_lock(lock)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no such file"), ("[node", "not a TOML file"), ("[node]", "'package' is missing")],
)
def test_a_lock_that_cannot_be_read_says_why(
    content: str | None, message: str, tmp_path: Path
) -> None:
    lock = tmp_path / "assets.lock"
    if content is not None:
        lock.write_text(content)
    with pytest.raises(AssetError, match=message):
        read_lock(lock)


def test_install_fetches_once_and_again_after_damage(
    tiny: tuple[Package, Path], tmp_path: Path
) -> None:
    package, archive = tiny
    lock, vendor = Lock((package,), "node==1", (), "digest"), tmp_path / "vendor"
    calls: list[str] = []
    fetch = fetch_from(archive, calls)
    file = vendor / "tiny@1.0.0" / "dist" / "tiny.js"

    assert install(lock, vendor=vendor, fetch=fetch, say=ignore)
    assert file.read_bytes() == b"var tiny = 1;"
    assert not install(lock, vendor=vendor, fetch=fetch, say=ignore)
    assert calls == ["fetch"]

    file.write_bytes(b"altered")
    assert install(lock, vendor=vendor, fetch=fetch, say=ignore)
    assert file.read_bytes() == b"var tiny = 1;"

    file.unlink()
    assert install(lock, vendor=vendor, fetch=fetch, say=ignore)
    assert calls == ["fetch"] * 3
    assert [p.name for p in tmp_path.glob(".vendor-*")] == []


def test_a_failed_install_leaves_the_old_files(tiny: tuple[Package, Path], tmp_path: Path) -> None:
    package, archive = tiny
    vendor = tmp_path / "vendor"
    fetch = fetch_from(archive, [])
    install(Lock((package,), "node==1", (), "one"), vendor=vendor, fetch=fetch, say=ignore)
    wrong = Package("tiny", "1.0.0", "another", package.files)
    with pytest.raises(AssetError, match="sha512"):
        install(Lock((wrong,), "node==1", (), "two"), vendor=vendor, fetch=fetch, say=ignore)
    assert (vendor / "tiny@1.0.0" / "dist" / "tiny.js").is_file()


def test_an_unknown_link_says_what_to_do() -> None:
    with pytest.raises(AssetError, match="not in the pinned asset table"):
        path_of("https://example.org/latest/plugin.js")


def test_a_missing_file_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "VENDOR", tmp_path)
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    with pytest.raises(AssetError, match=r"pmtiles\.js is missing; run `make assets`"):
        path_of("vendor/pmtiles.js")
    with pytest.raises(
        AssetError, match=r"none\.js is missing; expected a file of geo_app/render/static/"
    ):
        path_of("static/none.js")
    with pytest.raises(AssetError, match="leads out of its folder"):
        path_of("static/../assets.py")
    (tmp_path / "atlas.js").write_text("")
    assert path_of("static/atlas.js") == tmp_path / "atlas.js"


def test_every_link_of_the_table_leads_to_a_file() -> None:
    assert [link for link in LINKS if not path_of(link).is_file()] == []


def test_the_table_and_the_lock_name_the_same_versions() -> None:
    pinned = {package.folder for package in read_lock(ROOT / "assets.lock").packages}
    linked = {
        next((folder for folder in pinned if path.startswith(f"{folder}/")), path)
        for path in LINKS.values()
        if not path.startswith("made/")
    }
    for_tests = {folder for folder in pinned if folder.startswith("axe-core@")}
    assert linked == pinned - for_tests


@pytest.mark.parametrize(
    "element",
    [
        folium.Map,
        plugins.FastMarkerCluster,
        plugins.Fullscreen,
        plugins.HeatMap,
        plugins.MarkerCluster,
        plugins.MeasureControl,
        plugins.MiniMap,
    ],
)
def test_every_link_folium_writes_is_pinned(element: type) -> None:
    links = [
        link for kind in ("default_js", "default_css") for _, link in getattr(element, kind, [])
    ]
    assert links
    assert [link for link in links if link not in LINKS] == []


def test_styles_refer_only_to_files_that_are_here() -> None:
    for style in {path_of(link) for link in LINKS if link.endswith(".css")}:
        text = style.read_text(encoding="utf-8")
        inner = [
            i
            for i in re.findall(r"url\(['\"]?([^'\")]+)", text)
            if i[:1] not in "#" and i[:5] != "data:"
        ]
        assert [i for i in inner if not (style.parent / i).is_file()] == [], style
