"""What a result rests on beside its settings, and what of that is no longer so."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from geo_app import __version__
from geo_app.domain.layer import Layer
from geo_app.domain.override import Override, site_digest
from geo_app.domain.result import Input
from geo_app.domain.saved import Change, ChangeKind, Saved
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError
from geo_app.studies import STUDIES
from geo_app.studies.result import Result
from geo_app.workspace import Workspace
from geo_app.workspace.entries import today

SITE = "site"
"""The setting of studies that look at a site, and mind overrides."""
_SHOWN = ("theme", "order", "visible", "detail", "labels", "search", "sample", "state", "summary")
"""What a layer's description says of how it is shown and loaded, which changes no result."""


def stated_day(study: str, settings: Mapping[str, str]) -> date | None:
    """Return the day that a study's settings name, whose law it goes by; None where none does."""
    if study in STUDIES:
        days = [each.name for each in STUDIES[study].parameters if each.kind == "day"]
        for text in (settings.get(name) for name in days):
            if text:
                return date.fromisoformat(text)
    return None


def read_bases(ws: Workspace, layers: Iterable[str], day: date) -> dict[str, str]:
    """
    Return digests of what a result rests on, by kind and name (``rule R1``).

    They are those of the plan's rules, of the legal rules in force on `day`, of the plan's other
    files, and of the descriptions of `layers`.
    """
    found = {f"rule {name}": _digest(each) for name, each in ws.plan.rules.items()}
    found |= {f"legal_rule {each.id}": _digest(each) for each in ws.plan.legal_rules_on(day)}
    others = (each.name for each in fields(ws.plan) if each.name not in ("rules", "legal_rules"))
    found |= {f"plan {name}": _digest(getattr(ws.plan, name)) for name in others}
    known = (ws.catalogue.layers.get(name) for name in layers)
    return found | {f"description {each.id}": _digest(each) for each in known if each}


def served_inputs(ws: Workspace, saved: Saved, inputs: Sequence[Input]) -> tuple[Input, ...]:
    """
    Return the versions that stand for `inputs` today, without running the study.

    An input that was not the version served when the check was saved stands for itself.
    """
    try:
        then: Mapping[str, str] = ws.at(saved.generation).published.versions
    except UnknownError:
        then = {}
    stands = []
    for each in inputs:
        if then.get(each.layer, each.version) != each.version:
            stands.append(each)
        elif version := ws.versions.get(each.layer):
            stands.append(Input.of(ws.catalogue.layer(each.layer), version))
    return tuple(stands)


def changes_of(
    ws: Workspace, saved: Saved, before: Result, inputs: Sequence[Input]
) -> tuple[Change, ...]:
    """
    Tell what a saved check rests on that is not what it was.

    Parameters
    ----------
    ws
        The province as it is now.
    saved, before
        The check and its result.
    inputs
        What it would read now.
    """
    changes = []
    if before.hash != saved.hash:
        changes.append(Change("record", saved.number, before.title, saved.hash, before.hash))
    changes += _layer_changes(before.inputs, inputs)
    changes += _base_changes(ws, saved)
    changes += _setting_changes(ws, saved)
    changes += _override_changes(ws, saved)
    if saved.program != __version__:
        name = Bilingual("geo_app", "geo_app")
        changes.append(Change("program", "geo_app", name, saved.program, __version__))
    return tuple(changes)


def _layer_changes(before: Sequence[Input], after: Sequence[Input]) -> list[Change]:
    old, new = _by_layer(before), _by_layer(after)
    changes = []
    for layer in dict.fromkeys([*old, *new]):
        was, now = old.get(layer, []), new.get(layer, [])
        if {_content(each) for each in was} != {_content(each) for each in now}:
            title = (was or now)[0].title
            days = (_last_day(was), _last_day(now))
            changes.append(Change("layer", layer, title, _versions(was), _versions(now), *days))
    return changes


def _by_layer(inputs: Sequence[Input]) -> dict[str, list[Input]]:
    found: dict[str, list[Input]] = {}
    for each in inputs:
        found.setdefault(each.layer, []).append(each)
    return found


def _content(each: Input) -> str:
    # Versions from before deliveries had digests are known by their names only.
    return each.digest or each.version


def _versions(inputs: Sequence[Input]) -> str | None:
    return ", ".join(each.version for each in inputs) or None


def _last_day(inputs: Sequence[Input]) -> date | None:
    return max((each.date for each in inputs if each.date), default=None)


def _base_changes(ws: Workspace, saved: Saved) -> list[Change]:
    names = [each.partition(" ")[2] for each in saved.bases if each.startswith("description ")]
    day = stated_day(saved.study, saved.settings) or today(ws)
    now = read_bases(ws, names, day)
    changes = []
    for base in dict.fromkeys([*saved.bases, *now]):
        was, stands = saved.bases.get(base), now.get(base)
        if was != stands:
            kind, _, name = base.partition(" ")
            title = _title(ws, kind, name)
            changes.append(Change(cast(ChangeKind, kind), name, title, was, stands))
    return changes


def _title(ws: Workspace, kind: str, name: str) -> Bilingual:
    files: Mapping[str, Mapping[str, Any]] = {
        "rule": ws.plan.rules,
        "legal_rule": ws.plan.legal_rules,
        "description": ws.catalogue.layers,
    }
    found = files.get(kind, {}).get(name)
    return found.title if found else Bilingual(name, name)


def _setting_changes(ws: Workspace, saved: Saved) -> list[Change]:
    study = STUDIES.get(saved.study)
    if study is None:
        return []
    known = {each.name: each for each in study.parameters}
    stated = ws.study_settings.get(study.name, {})
    gone = [
        Change("setting", name, Bilingual(name, name), text, None)
        for name, text in saved.settings.items()
        if name not in known
    ]
    return gone + [
        Change("setting", name, each.title, None, each.text(stated.get(name, each.default)))
        for name, each in known.items()
        if name not in saved.settings
    ]


def _override_changes(ws: Workspace, saved: Saved) -> list[Change]:
    """Tell which findings were set aside, or are no longer, since a check of a site was saved."""
    if SITE not in saved.settings:
        return []
    site = site_digest(saved.settings[SITE])
    stated = stated_day(saved.study, saved.settings)
    then = stated or saved.made.astimezone(ZoneInfo(ws.settings.time_zone)).date()
    now = stated or today(ws)
    changes = []
    for each in ws.overrides(ended=True):
        was = each.made <= saved.made and not _ended(each, saved) and then <= each.until
        holds = each.ended is None and now <= each.until
        if each.site in (None, site) and was != holds:
            changes.append(
                Change(
                    "override",
                    str(each.id),
                    Bilingual(each.reason, each.reason),
                    each.until.isoformat() if was else None,
                    each.until.isoformat() if holds else None,
                )
            )
    return changes


def _ended(override: Override, saved: Saved) -> bool:
    return override.ended is not None and override.ended <= saved.made


def _digest(thing: Any) -> str:
    content = _stated(thing)
    if isinstance(thing, Layer):
        content = {name: value for name, value in content.items() if name not in _SHOWN}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _stated(thing: Any) -> Any:
    """Return what a record states; what it leaves to the program's defaults does not count."""
    if is_dataclass(thing):
        given = ((each, getattr(thing, each.name)) for each in fields(thing))
        return {each.name: _stated(value) for each, value in given if value != _default(each)}
    if isinstance(thing, Mapping):
        return {str(name): _stated(value) for name, value in thing.items()}
    if isinstance(thing, (set, frozenset)):
        return sorted(map(str, thing))
    if isinstance(thing, (list, tuple)):
        return [_stated(each) for each in thing]
    return thing.isoformat() if isinstance(thing, date) else thing


def _default(each: Field[Any]) -> Any:
    return each.default_factory() if each.default_factory is not MISSING else each.default
