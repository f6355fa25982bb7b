"""
What a study is: a name, parameters with defaults, and one function over the layers of a province.

A `Study` is called the same from a notebook, the command line, HTTP and a page: settings may be
given as values or as text, and are checked once, here.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

from geo_app.analysis.parallel import opened_executor
from geo_app.domain.layer import GeometryKind
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError, UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.result import Result
from geo_app.studies.site import canonical_site
from geo_app.workspace import Workspace
from geo_app.workspace.reports import template_of

Kind = Literal[
    "layer", "layers", "indicator", "choice", "choices", "number", "flag", "text", "day", "site"
]

_TRUE, _FALSE = ("true", "1", "yes", "on", "co"), ("false", "0", "no", "off", "khong")


@dataclass(frozen=True)
class Parameter:
    """
    A named setting of a study.

    `layer` names a layer of one of the `geometry` kinds, `layers` several; `choice` is one of the
    `options`, `choices` several of them; `number` lies between `least` and `most`. A text with
    ``,`` between its parts stands for several; an `indicator` is one of the plan's. An empty
    default means: may be left out. A `day` left empty is today, in the province's time zone. A
    `site` is footprints in any form that `geo_app.studies.site.read_site` takes; its setting is
    their canonical text.
    """

    name: str
    kind: Kind
    default: Any
    title: Bilingual
    help: Bilingual
    geometry: tuple[GeometryKind, ...] = ()
    options: Mapping[str, Bilingual] = field(default_factory=dict)
    unit: str | None = None
    least: float = -math.inf
    most: float = math.inf

    def read(self, given: Any) -> Any:
        """
        Return a setting as the study takes it.

        Raises
        ------
        DataError
            If it is not what this parameter takes.
        """
        match self.kind:
            case "number":
                return self._number(given)
            case "flag":
                return self._flag(given)
            case "day":
                return self._day(given)
            case "site":
                return given
            case "layers" | "choices":
                parts = given.split(",") if isinstance(given, str) else given
                return tuple(self._known(str(part).strip()) for part in parts if str(part).strip())
        return self._known(str(given).strip())

    @property
    def choices(self) -> str:
        """The codes it takes, in English words: "One of: area, people, law."."""
        several = self.kind == "choices"
        listed = ", ".join(self.options)
        return f"{'Some' if several else 'One'} of: {listed}." if listed else ""

    def text(self, value: Any) -> str:
        """Return a setting as an address or a command line writes it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, tuple):
            return ",".join(value)
        return f"{value:.12g}" if isinstance(value, float) else str(value)

    def _number(self, given: Any) -> float:
        try:
            number = float(given.strip().replace(",", ".") if isinstance(given, str) else given)
        except (TypeError, ValueError):
            number = math.nan
        if not self.least <= number <= self.most:
            raise self._refused(
                given,
                f"a number from {self.least:g} to {self.most:g}",
                f"một số từ {self.least:g} đến {self.most:g}",
            )
        return number

    def _flag(self, given: Any) -> bool:
        word = str(given).strip().casefold()
        if word not in _TRUE + _FALSE:
            raise self._refused(given, "true or false", "true hoặc false")
        return word in _TRUE

    def _day(self, given: Any) -> str:
        text = str(given).strip()
        form = "%d/%m/%Y" if "/" in text else "%Y-%m-%d"
        try:
            return text and dt.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            raise self._refused(
                given,
                "a day such as 2025-11-17 or 17/11/2025",
                "một ngày như 17/11/2025 hoặc 2025-11-17",
            ) from None

    def _known(self, value: str) -> str:
        if self.options and value not in self.options and (value or self.default):
            listed = ", ".join(self.options)
            raise self._refused(value, f"one of {listed}", f"một trong {listed}")
        return value

    def _refused(self, given: Any, expected: str, expected_vi: str) -> DataError:
        message = f"{self.name}: found {given!r}; expected {expected}"
        return DataError(message, vi=f"{self.title.vi}: đã ghi {given!r}; cần {expected_vi}.")


@dataclass(frozen=True, eq=False)
class Run:
    """One run of a study: what it reads through, its settings, and where it computes."""

    study: "Study"
    settings: Mapping[str, Any]
    inputs: Inputs
    executor: Executor | None

    def __getitem__(self, name: str) -> Any:
        return self.settings[name]

    def result(self, **found: Any) -> Result:
        """Return what was found, with all that was read."""
        return Result(
            ws=self.inputs.ws,
            study=self.study.name,
            title=self.study.title,
            settings=self.settings,
            inputs=self.inputs.used,
            template=template_of(self.inputs.ws, self.study.name),
            **found,
        )


@dataclass(frozen=True)
class Study:
    """
    A named study over catalogued layers; call it with a workspace and settings.

    `state` tells what the answer depends on beside layers and settings, and changes when that does.

    >>> from geo_app.studies import forest_cover
    >>> forest_cover(ws, zones="districts_2023").totals["cover_pct"]        # doctest: +SKIP
    """

    name: str
    title: Bilingual
    summary: Bilingual
    parameters: tuple[Parameter, ...]
    compute: Callable[[Run], Result]
    state: Callable[[Workspace], object] | None = None

    def __call__(
        self, ws: Workspace, *, executor: Executor | None = None, **settings: Any
    ) -> Result:
        """
        Run the study.

        Parameters
        ----------
        ws
            The province, as its reader may see it; one generation for all that is read.
        executor
            Where the pieces are computed; None: where the workspace's settings say (here, in
            processes, on a Dask cluster). The rows do not depend on it.
        settings
            Parameters by name, as values or as text; the others keep the province's defaults.

        Raises
        ------
        UnknownError
            If a setting, layer or field does not exist, or a layer has no data yet.
        DataError
            If a setting or a layer's content cannot be used.
        """
        used = self.settings(ws, settings)
        if executor is not None:
            return self.compute(Run(self, used, Inputs(ws), executor))
        own = ws.settings
        with opened_executor(processes=own.processes, dask=own.dask) as opened:
            return self.compute(Run(self, used, Inputs(ws), opened))

    def settings(self, ws: Workspace, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return every setting: as given, else the province's default, else the study's."""
        known = {each.name: each for each in self.parameters}
        stated = {**ws.study_settings.get(self.name, {}), **given}
        for name in stated:
            if name not in known:
                where = "" if name in given else "plan/studies.toml: "
                message = (
                    f"{where}study {self.name}: there is no setting {name!r}; "
                    f"it has: {', '.join(known) or 'none'}"
                )
                raise UnknownError(
                    message,
                    vi=f"Không có thiết lập {name!r}; hiện có: {', '.join(known) or 'không có'}.",
                )
        found = {name: each.read(stated.get(name, each.default)) for name, each in known.items()}
        for name, each in known.items():
            if each.kind == "day":
                found[name] = found[name] or _today(ws).isoformat()
        for name, each in known.items():
            if each.kind == "site":  # the last: a chainage needs the other settings
                found[name] = canonical_site(ws, found[name], found)
        return found

    def changed(self, ws: Workspace, used: Mapping[str, Any]) -> dict[str, str]:
        """Return, as text, the settings that differ from the province's defaults."""
        defaults = self.settings(ws, {})
        return {
            each.name: each.text(used[each.name])
            for each in self.parameters
            if used[each.name] != defaults[each.name]
        }

    def command(self, ws: Workspace, used: Mapping[str, Any]) -> str:
        """Return the command line that gives the same answer."""
        options = [
            f"--{name.replace('_', '-')} {_quoted(text)}"
            for name, text in self.changed(ws, used).items()
        ]
        return " ".join(["geo-app study", self.name, *options])

    def code(self, ws: Workspace, used: Mapping[str, Any]) -> str:
        """Return the lines of a notebook that give the same answer."""
        call = self.name.replace("-", "_")
        options = "".join(f", {name}={used[name]!r}" for name in self.changed(ws, used))
        return (
            "import geo_app\n"
            f"from geo_app.studies import {call}\n\n"
            "ws = geo_app.open_workspace()\n"
            f"result = {call}(ws{options})\n"
            "result"
        )


def _today(ws: Workspace) -> dt.date:
    return dt.datetime.now(ZoneInfo(ws.settings.time_zone)).date()


def _quoted(text: str) -> str:
    # Settings are ids, numbers and lists of them; anything else is quoted whole.
    plain = text and all(sign.isalnum() or sign in "_-.,:/" for sign in text)
    return text if plain else "'" + text.replace("'", "'\"'\"'") + "'"
