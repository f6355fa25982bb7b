"""Names of a delivery held against official ones."""

from collections.abc import Iterator

import pandas as pd

from geo_app.domain.finding import Finding
from geo_app.domain.findings import text as found
from geo_app.domain.layer import Layer
from geo_app.domain.names import Entry, Register
from geo_app.workspace import Workspace


def register_for(ws: Workspace, layer: Layer) -> Register | None:
    """Return the names of the layer that `layer` checks its own against; None where it does not."""
    if layer.checks.names is None or layer.checks.names not in ws.versions:
        return None
    official = ws.catalogue.layer(layer.checks.names)
    assert official.name is not None
    context = official.search.context[:1] if official.search else ()
    frame = ws.read(official.id, columns=[*official.key, official.name, *context])
    contexts = frame[context[0]] if context else pd.Series("", frame.index)
    return Register(
        Entry(str(key), str(name), "" if pd.isna(where) else str(where))
        for key, name, where in zip(
            frame[official.key[0]], frame[official.name], contexts, strict=True
        )
    )


def check_names(frame: pd.DataFrame, layer: Layer, register: Register) -> tuple[Finding, ...]:
    """
    List the names that are spelled otherwise than the register's, that it has twice, or not at all.

    Parameters
    ----------
    frame
        The layer's fields; the index counts the file's rows from 0.
    """
    if layer.name is None or layer.name not in frame.columns:
        return ()
    context = layer.search.context[0] if layer.search and layer.search.context else None
    return tuple(_otherwise(frame, layer.name, context, register))


def _otherwise(
    frame: pd.DataFrame, name: str, context: str | None, register: Register
) -> Iterator[Finding]:
    contexts = frame[context] if context in frame.columns else [""] * len(frame)
    for row, given, where in zip(frame.index, frame[name], contexts, strict=True):
        if not isinstance(given, str) or not given.strip():
            continue
        match = register.match(given, where if isinstance(where, str) else "")
        entries = [f"{e.name} ({e.context})" if e.context else e.name for e in match.entries]
        kinds = {
            "spelling": (found.NAME_SPELLED_OTHERWISE, "official"),
            "ambiguous": (found.NAME_AMBIGUOUS, "candidates"),
            "unknown": (found.NAME_UNKNOWN, "nearest"),
        }
        if match.how in kinds:
            kind, key = kinds[match.how]
            values = {"name": given, key: ", ".join(entries) or "–"}
            yield Finding(kind, values, row=int(row) + 1, field=name)
