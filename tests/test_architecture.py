"""Who may import whom, and how large a module may grow: read from the syntax trees."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "geo_app"

MAY_IMPORT = {
    "errors": set(),
    "config": {"errors"},
    "domain": {"errors"},
    "analysis": {"domain", "errors"},
    "storage": {"domain", "config", "errors"},
    "render": {"domain", "errors"},
    "workspace": {"config", "domain", "storage", "render", "errors"},
    "intake": {
        "analysis",
        "workspace",
        "storage.reading",
        "storage.opendata",
        "domain",
        "errors",
    },
    "studies": {"analysis", "workspace", "domain", "errors"},
    "jobs": {"intake", "studies", "workspace", "config", "domain", "errors"},
    "web": {"jobs", "intake", "studies", "workspace", "render", "domain", "config", "errors"},
    "cli": {
        "config",
        "domain",
        "storage",
        "render",
        "workspace",
        "intake",
        "studies",
        "jobs",
        "web",
        "errors",
    },
}
"""Part → the parts it may import besides itself; `geo_app/__init__.py` only opens the door."""

FOLIUM_LIVES_IN = ("render/maps.py", "render/figure.py", "render/elements/")
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "data").rglob("*.py")), *sorted((ROOT / "bench").glob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of all that a module imports, `from x import y` as x.y."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: line {node.lineno}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def belongs(name: str, parts: set[str]) -> bool:
    return any(f"{name}.".startswith(f"geo_app.{part}.") for part in parts)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_part_may(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    allowed = MAY_IMPORT[part] | {part, "__version__"}
    wrong = [name for name in imported(path) if name.startswith("geo_app.")]
    assert [name for name in wrong if not belongs(name, allowed)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_flask_and_folium_stay_in_their_rooms(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    roots = {name.split(".")[0] for name in imported(path)}
    if not place.startswith("web/"):
        assert not roots & {"flask", "werkzeug", "jinja2", "gunicorn", "waitress"}
    if not place.startswith(FOLIUM_LIVES_IN):
        assert not roots & {"folium", "branca"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{path}: {node.name}"


def test_every_part_of_the_package_stands_in_the_table() -> None:
    assert {part_of(path) for path in MODULES} - {"__init__"} <= set(MAY_IMPORT)


def test_help_loads_no_gis_library() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from geo_app.cli import main\n"
        "result = CliRunner().invoke(main, ['--help'])\n"
        "assert result.exit_code == 0, result.output\n"
        "heavy = {'geopandas', 'pandas', 'numpy', 'shapely', 'pyogrio', 'pyproj', 'rasterio',\n"
        "         'folium', 'flask'}\n"
        "print(*sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_table_of_imports_is_itself_checked() -> None:
    """A rule that could never fail would prove nothing."""
    assert belongs("geo_app.storage.reading.vector", {"storage.reading"})
    assert not belongs("geo_app.storage.table", {"storage.reading"})
    assert not belongs("geo_app.webby", {"web"})
