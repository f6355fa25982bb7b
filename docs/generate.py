"""
Write the reference pages that follow from the code and the catalogue.

Run as ``python docs/generate.py``; a test keeps the committed pages true.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

import geo_app.errors
from geo_app.cli import main as command
from geo_app.config import SETTINGS
from geo_app.domain.finding import DONE, RESPONSIBLES, FindingCode
from geo_app.domain.findings import TOPICS
from geo_app.domain.layer import Field, Layer
from geo_app.studies import STUDIES, Parameter
from geo_app.workspace import Workspace, open_workspace

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"


def pages() -> dict[str, str]:
    """Return every generated page by file name."""
    return {
        "layers.md": "\n".join(_layers(open_workspace(ROOT))),
        "settings.md": "\n".join(_settings()),
        "command-line.md": "\n".join(_commands()),
        "errors.md": "\n".join(_errors()),
        "findings.md": "\n".join(_findings()),
        "studies.md": "\n".join(_studies()),
    }


def _layers(ws: Workspace) -> Iterator[str]:
    yield "# Layers\n"
    yield "Generated from `layers/` by `python docs/generate.py`.\n"
    yield f"{len(ws.layers)} layers. `awaited`: owner and fields are known, data not given yet.\n"
    for theme in ws.catalogue.themes.values():
        yield f"## {theme.title.vi} – {theme.title.en} (`{theme.id}`)\n"
        for layer in ws.layers:
            if layer.theme == theme.id:
                yield from _layer(layer, ws)


def _layer(layer: Layer, ws: Workspace) -> Iterator[str]:
    owner = ws.plan.agencies.get(layer.owner)
    yield f"### `{layer.id}`: {layer.title.vi} – {layer.title.en}\n"
    yield f"{layer.summary.vi}  \n{layer.summary.en}\n"
    facts = {
        "geometry": layer.geometry,
        "CRS": layer.crs,
        "key": ", ".join(layer.key),
        "owner": owner.title.vi if owner else layer.owner,
        "access": layer.access,
        "state": layer.state,
        "vintage": layer.vintage,
        "family": layer.family,
        "sample marks": ", ".join(layer.sample.marks) if layer.sample else None,
    }
    yield "; ".join(f"{name}: {value}" for name, value in facts.items() if value) + ".\n"
    if layer.fields:
        yield "| field | type | unit | tiêu đề | title | values | in shapefiles | aliases |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_field(field) for field in layer.fields.values())
        yield ""


def _field(field: Field) -> str:
    values = ", ".join(f"`{code}` {title.vi}" for code, title in field.values.items())
    access = "" if field.access == "public" else f" ({field.access})"
    cells = (
        f"`{field.name}`{access}",
        field.type + (", required" if field.required else ""),
        field.unit or "",
        field.title.vi,
        field.title.en,
        values,
        f"`{field.source_field}`",
        ", ".join(f"`{alias}`" for alias in field.aliases),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "A name in `geo_app.toml`, or its variable in the environment, which wins. An unknown"
    yield "name is an error. `GEO_APP_WORKSPACE` names the workspace itself.\n"
    yield "| name | variable | type | default | meaning |"
    yield "|---|---|---|---|---|"
    for setting in SETTINGS:
        default = "(required)" if setting.default is None else f"`{setting.default}`"
        yield (
            f"| `{setting.name}` | `{setting.variable}` | {setting.kind.__name__} | {default} "
            f"| {setting.help} |"
        )
    yield ""


def _commands() -> Iterator[str]:
    yield "# Command line\n"
    yield "Generated from `geo-app --help`. An error is one line on standard error and exit code"
    yield "1. `--json` prints a list; [its keys](json.md) are stable.\n"
    yield from _command(command, "geo-app")


def _command(node: click.Command, path: str) -> Iterator[str]:
    context = click.Context(node, info_name=path, max_content_width=90, **command.context_settings)
    yield f"## `{path}`\n"
    yield "```text"
    yield node.get_help(context)
    yield "```\n"
    if isinstance(node, click.Group):
        for name, child in node.commands.items():
            yield from _command(child, f"{path} {name}")


def _studies() -> Iterator[str]:
    yield "# Studies\n"
    yield "Generated from `geo_app/studies/` by `python docs/generate.py`. Each is called alike as"
    yield "`geo-app study NAME`, `/studies/NAME`, `/api/studies/NAME` and"
    yield "`geo_app.studies.NAME(ws)`; every setting has a default, and a province may set its own"
    yield "in `plan/studies.toml`. What the figures mean and how they mislead:"
    yield "[explain/studies.md](../explain/studies.md).\n"
    for study in STUDIES.values():
        yield f"## `{study.name}`: {study.title.vi} – {study.title.en}\n"
        yield f"{study.summary.vi}  \n{study.summary.en}\n"
        yield "| setting | kind | default | tên | title | meaning |"
        yield "|---|---|---|---|---|---|"
        yield from (_parameter(each) for each in study.parameters)
        yield ""


def _parameter(each: Parameter) -> str:
    default = each.text(each.default)
    cells = (
        f"`{each.name}`",
        each.kind + (f", {each.unit}" if each.unit else ""),
        f"`{default}`" if default else "",
        each.title.vi,
        each.title.en,
        f"{each.help.en} {each.choices}".strip(),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _errors() -> Iterator[str]:
    yield "# Errors\n"
    yield "Every error raised on purpose; a message says what, where, what stood there, what was"
    yield "expected and what to do. On the command line: exit code 1.\n"
    yield "```text"
    documentation = inspect.getdoc(geo_app.errors) or ""
    yield documentation.partition("::\n\n")[2].partition("\n\n")[0]
    yield "```\n"


def _findings() -> Iterator[str]:
    yield "# Findings\n"
    yield "What `geo-app inspect` and `geo-app import` may find, by code. Words in braces stand for"
    yield "the figures of the case. An error stops the import, a warning does not, a note only"
    yield "tells.\n"
    for topic in TOPICS:
        yield f"## {inspect.getdoc(topic)}\n"
        for kind in vars(topic).values():
            if isinstance(kind, FindingCode):
                yield from _finding(kind)
    yield "## What was done\n"
    yield from (f"- `{code}`: {title.vi} – {title.en}" for code, title in DONE.items())
    yield ""


def _finding(kind: FindingCode) -> Iterator[str]:
    mender = RESPONSIBLES[kind.responsible]
    yield f"### `{kind.code}` ({kind.severity})\n"
    yield f"{kind.message.vi}  \n{kind.message.en}\n"
    yield f"{kind.advice.vi} ({mender.vi})  \n{kind.advice.en} ({mender.en})\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (REFERENCE / name).write_text(text + "\n", encoding="utf-8")
