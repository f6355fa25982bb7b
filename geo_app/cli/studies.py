"""The studies: run one, or list them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_app.cli.command import Group, as_json, main, open_workspace, print_rows
from geo_app.errors import DataError

if TYPE_CHECKING:
    from geo_app.studies import Parameter, Result, Study
    from geo_app.workspace import Workspace

_ROWS, _LONG = 40, 30
_SUFFIXES = (".json", ".csv", ".pdf", ".docx", ".xlsx", ".html", ".png")


class StudyGroup(Group):
    """One command per study; its options are the study's parameters."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click asks so)
        """Name the studies."""
        from geo_app.studies import STUDIES

        return list(STUDIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Make the command of one study."""
        from geo_app.studies import STUDIES

        study = STUDIES.get(cmd_name)
        return None if study is None else _command(study)


@main.group(cls=StudyGroup)
def study() -> None:
    """Run a study: forest cover, village roads, crosswalks, reach, sites."""


@main.command()
@as_json
@click.pass_context
def studies(ctx: click.Context, as_json: bool) -> None:
    """List the studies and the settings this province runs them with."""
    from geo_app.studies import STUDIES

    ws = open_workspace(ctx)
    rows = [
        {
            "id": each.name,
            "title": each.title.vi,
            "title_en": each.title.en,
            "settings": {
                parameter.name: parameter.text(value)
                for parameter, value in zip(
                    each.parameters, each.settings(ws, {}).values(), strict=True
                )
            },
        }
        for each in STUDIES.values()
    ]
    print_rows(rows, as_json, ("id", "title", "title_en"))


def _command(study: "Study") -> click.Command:
    options: list[click.Parameter] = [
        click.Option(
            [f"--{each.name.replace('_', '-')}"],
            help=" ".join(
                filter(None, (f"{each.title.en}.", each.help.en, each.choices, _default(each)))
            ),
        )
        for each in study.parameters
    ]

    @click.pass_context
    def run(ctx: click.Context, /, **given: Any) -> None:
        ws = open_workspace(ctx)
        asked = {each.name: given.pop(each.name) for each in study.parameters}
        settings = {name: value for name, value in asked.items() if value is not None}
        give(ws, study(ws, **settings), **given)

    params = [*options, *giving_options()]
    return click.Command(study.name, callback=run, params=params, help=study.summary.en)


def giving_options() -> list[click.Parameter]:
    """Make the options that say how a result is given; `give` takes them."""
    return [
        click.Option(["--json", "form"], flag_value="json", help="Print all of it as JSON."),
        click.Option(["--csv", "form"], flag_value="csv", help="Print the main table as CSV."),
        click.Option(["--xlsx", "form"], flag_value="xlsx", help="Write a workbook to --out."),
        click.Option(
            ["--out"],
            type=click.Path(path_type=Path, dir_okay=False),
            help=f"Write to this file instead; its ending tells how: {' '.join(_SUFFIXES)}.",
        ),
        click.Option(
            ["--language"],
            type=click.Choice(["vi", "en"]),
            default="vi",
            show_default=True,
            help="Language of what is written.",
        ),
        click.Option(["--save"], is_flag=True, help="Save it under a number; asks for --who."),
        click.Option(["--who"], help="Your name, kept with what is saved."),
        click.Option(["--note"], default="", help="What it is saved for."),
    ]


def give(
    ws: "Workspace",
    result: "Result",
    *,
    form: str | None,
    out: Path | None,
    language: str,
    save: bool,
    who: str | None,
    note: str,
) -> None:
    """Print or write what a study found, and save it where that is asked."""
    if save:
        _save(ws, result, who or "", note)
    if form is None and out is None:
        print_result(result, language)
    else:
        _write(result, form, out, language)


def _default(parameter: "Parameter") -> str:
    return f"Default: {parameter.text(parameter.default) or 'none'}."


def _save(ws: "Workspace", result: "Result", who: str, note: str) -> None:
    from geo_app.studies.saved import save

    # Beside what is written to standard output, so that this stays whole.
    click.echo(f"saved as {save(ws, result, who=who, note=note).number}", err=True)


def _write(result: "Result", form: str | None, out: Path | None, language: str) -> None:
    kind = f".{form}" if form else (out.suffix.lower() if out else "")
    if kind not in _SUFFIXES:
        message = f"--out: found {out}; expected a name that ends in {', '.join(_SUFFIXES)}"
        raise DataError(message)
    if kind == ".json":
        _put(json.dumps(result.to_json(), ensure_ascii=False, indent=1) + "\n", out)
    elif kind == ".csv":
        _put(result.csv_text(language=language), out)
    elif out is None:
        message = f"{kind[1:]}: is not text; name a file with --out"
        raise DataError(message)
    else:
        write = {
            ".pdf": result.to_pdf,
            ".docx": result.to_docx,
            ".xlsx": result.to_excel,
            ".html": result.to_html,
            ".png": result.to_png,
        }[kind]
        write(out, language=language)


def _put(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_bytes(text.encode())


def _short(value: Any) -> Any:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, str) and len(value) > _LONG:
        return f"{value[: _LONG - 1]}…"
    return f"{value:,.2f}" if isinstance(value, float) else value


def print_result(result: "Result", language: str) -> None:
    """
    Print what a study found: its explanation, and the first rows of its main table.

    Columns without a value are left out, long texts are cut.
    """
    click.echo(f"{result.title.get(language)}\n\n{result.explain(language)}\n")
    table = result.tables[0]
    rows = [{name: _short(value) for name, value in row.items()} for row in table.records()[:_ROWS]]
    if rows:
        names = tuple(name for name in rows[0] if any(row[name] not in (None, "") for row in rows))
        print_rows(rows, False, names)
    if len(table.rows) > _ROWS:
        click.echo(f"… {len(table.rows) - _ROWS:,} more rows: --json, --csv or --out FILE")
