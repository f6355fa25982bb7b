"""The documentation is true: generated pages, every name explained, every link, every example."""

import doctest
import importlib
import importlib.util
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner
from wells_study import register

import geo_app
import geo_app.errors
from geo_app.cli import main as command
from geo_app.config import SETTINGS, WORKSPACE_VARIABLE
from geo_app.domain.checks import Checks
from geo_app.domain.finding import Finding
from geo_app.domain.findings import codes
from geo_app.domain.layer import Field, Layer, LegendClass, Sample, Search, Style
from geo_app.domain.site import SiteUse
from geo_app.storage.basemaps import add_basemap
from geo_app.studies.saved import save
from geo_app.workspace import Workspace
from geo_app.workspace.overrides import add_override

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")),
    *sorted(DOCS.rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reference(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def test_generated_pages_are_the_committed_ones() -> None:
    pages = generator().pages()
    stale = [name for name, text in pages.items() if reference(name) != text + "\n"]
    assert stale == [], "run `python docs/generate.py`"


def test_every_setting_is_documented() -> None:
    page = reference("settings.md")
    assert WORKSPACE_VARIABLE in page
    absent = [
        s.name for s in SETTINGS if f"`{s.name}`" not in page or f"`{s.variable}`" not in page
    ]
    assert absent == []


def test_every_error_is_documented() -> None:
    page = reference("errors.md")
    kinds = [
        name
        for name, kind in inspect.getmembers(geo_app.errors, inspect.isclass)
        if issubclass(kind, geo_app.errors.GeoAppError)
    ]
    assert len(kinds) > 5
    assert [name for name in kinds if name not in page] == []


def test_every_verb_is_documented() -> None:
    page = reference("command-line.md")
    headings = re.findall(r"^## `(.+)`$", page, re.MULTILINE)
    assert headings == [path for path, _ in verbs(command, "geo-app")]


def verbs(node: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, node
    for name, child in getattr(node, "commands", {}).items():
        yield from verbs(child, f"{path} {name}")


KEYS = {
    "layer": {f.name for f in fields(Layer)} - {"id"},
    "field": {f.name for f in fields(Field)} - {"name"},
    "legend class": {f.name for f in fields(LegendClass)} - {"style"},
    "style": {f.name for f in fields(Style)},
    "search": {f.name for f in fields(Search)},
    "sample": {f.name for f in fields(Sample)},
    "checks": {f.name for f in fields(Checks)},
    "site": {f.name for f in fields(SiteUse)},
}


@pytest.mark.parametrize("part", KEYS)
def test_every_key_of_a_layers_file_is_documented(part: str) -> None:
    page = (DOCS / "how-to" / "add-a-layer.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z0-9_]+", page))
    assert KEYS[part] - words == set()


LISTINGS = {
    "layers": ["layers"],
    "versions LAYER": ["versions", "wells"],
    "history LAYER": ["history", "wells"],
    "prune": ["prune", "--dry-run"],
    "presets": ["presets"],
    "studies": ["studies"],
    "basemap list": ["basemap", "list"],
    "checks list": ["checks", "list"],
    "overrides list": ["overrides", "list"],
    "plan": ["plan"],
}
SINGLE = (
    "check",
    "checks show",
    "checks verify",
    "locate",
    "plan impact",
    "plan late",
    "plan outlines",
    "plan submission",
    "plan submissions",
    "posts list",
    "where",
)
"""Verbs whose JSON their own tests look at."""


def test_every_verb_that_prints_json_is_listed_here() -> None:
    printing = [
        path.removeprefix("geo-app ")
        for path, verb in verbs(command, "geo-app")
        if any("--json" in option.opts for option in verb.params)
    ]
    assert sorted(printing) == sorted(
        [*(name.removesuffix(" LAYER") for name in LISTINGS), "findings", "inspect", *SINGLE]
    )


@pytest.mark.parametrize("verb", LISTINGS)
def test_every_key_of_json_is_documented(
    small_workspace: Callable[..., Workspace], verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = small_workspace()
    save(ws, register(monkeypatch)(ws), who="Lan")
    add_override(ws, "wells", reason="đã lấp", who="Lan", until=date(2999, 1, 1))
    add_basemap(ws.settings.store_folder, "https://a.example.org/{z}/{x}/{y}.png", title="Nền")
    order = ["--workspace", str(ws.settings.root), *LISTINGS[verb], "--json"]
    done = CliRunner().invoke(command, order)
    assert done.exit_code == 0, done.output
    rows = json.loads(done.output)
    section = (
        reference("json.md").partition(f"## `geo-app {verb} --json`\n")[2].partition("\n## ")[0]
    )
    documented = set(re.findall(r"`([a-z0-9_]+)`", section))
    assert section
    for row in rows:
        assert set(row) - documented == set()
        assert "id" in row
    if verb != "prune":
        assert rows
        first_column = set(re.findall(r"`([a-z0-9_]+)`", keys_of(section)))
        assert first_column - set(rows[0]) == set()


def test_every_key_of_an_inspection_and_of_a_finding_is_documented(
    small_province: Workspace,
) -> None:
    wells = small_province.settings.root / "data" / "wells.shp"
    order = ["--workspace", str(small_province.settings.root), "inspect", str(wells), "--json"]
    found = json.loads(CliRunner().invoke(command, order).output)
    (layer,) = found["layers"]
    parts = [found, layer, *layer["fields"], layer["place"], *layer["place"]["candidates"]]
    parts += [*layer["likely_layers"], *layer["findings"]]
    assert len(parts) > 8
    documented = set(re.findall(r"`([a-z0-9_]+)`", section_of("inspect FILE")))
    documented |= set(re.findall(r"`([a-z0-9_]+)`", section_of("findings LAYER")))
    keys = {key for part in parts for key in part}
    assert keys - documented == set()
    finding = Finding(next(iter(codes().values())), {"column": "x", "parts": ""})
    assert set(finding.to_json()) <= documented


def test_every_finding_is_documented_and_can_be_said() -> None:
    page = reference("findings.md")
    for code, kind in codes().items():
        assert f"### `{code}` ({kind.severity})" in page
        for text in (kind.message, kind.advice):
            assert text.vi != text.en
    assert len(codes()) >= 30


def section_of(verb: str) -> str:
    page = reference("json.md")
    return page.partition(f"## `geo-app {verb} --json`\n")[2].partition("\n## ")[0]


def keys_of(section: str) -> str:
    """Return the first column of the section's table, or its sentence without brackets."""
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    return "\n".join(rows) or re.sub(r"\([^)]*\)", "", section)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    links = [link for link in LINK.findall(text) if "://" not in link and link[0] != "#"]
    assert [li for li in links if not (page.parent / li.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_shown_exists(page: Path) -> None:
    """A verb in a page, in a block or in a sentence, is one the command line has."""
    text = page.read_text(encoding="utf-8")
    known = {path.split()[1] for path, _ in verbs(command, "geo-app") if " " in path}
    shown = set(re.findall(r"geo-app (?:--workspace \S+ )?([a-z]+)\b", text))
    assert shown - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_shown_exists(page: Path) -> None:
    shown = set(
        re.findall(r"(?:`|^)make ([a-z-]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE)
    )
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert shown - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()


def test_the_readme_gives_the_two_commands_first() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("```sh\n")[2].partition("```")[0]
    assert [line.split("  ")[0] for line in block.splitlines()] == ["make run", "make test"]


def test_the_readme_names_every_format_and_mark() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    formats = ("GeoPackage", "GeoJSON", "Shapefile", "CSV", "Excel", "KML")
    marks = ("schematic", "synthetic", "unverified")
    assert [word for word in (*formats, *marks) if word not in readme] == []


def test_every_example_in_the_package_runs() -> None:
    names = [m.name for m in pkgutil.walk_packages(geo_app.__path__, "geo_app.")]
    results = {name: doctest.testmod(importlib.import_module(name)) for name in names}
    assert {name: r.failed for name, r in results.items() if r.failed} == {}
    assert sum(result.attempted for result in results.values()) > 3
