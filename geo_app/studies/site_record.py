"""What a site check has found so far: verdicts by footprint and layer, and rows of other tables."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from shapely.geometry.base import BaseGeometry

from geo_app.domain.layer import Layer
from geo_app.domain.site import SiteUse
from geo_app.domain.text import Bilingual
from geo_app.domain.version import Version
from geo_app.studies.inputs import Inputs
from geo_app.studies.site_basis import Basis, months_before
from geo_app.studies.site_near import Site
from geo_app.studies.site_words import NOTES
from geo_app.studies.study import Run


@dataclass(frozen=True, eq=False)
class Verdict:
    """
    What a layer says of a footprint.

    `footprint` is its position; `keys` are those of the features the verdict rests on; `version`
    is None where nothing was read.
    """

    footprint: int
    layer: Layer
    verdict: str
    version: Version | None = None
    area_m2: float = np.nan
    share_pct: float = np.nan
    distance_m: float = np.nan
    features: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Check:
    """
    One run of a site check.

    `verdicts` and `rows` (by table) fill up as its layers are looked at; `notes` and `kinds` are
    the titles of codes used in them. `pieces` (layer, name, shared shape) and `roads` (name, state
    of the corridor, line) are to be drawn.
    """

    def __init__(self, run: Run, site: Site) -> None:
        self.run, self.site = run, site
        self.inputs: Inputs = run.inputs
        self.on = dt.date.fromisoformat(run["on"])
        self.basis = Basis(run.inputs.ws.plan, self.on)
        self.notes: dict[str, Bilingual] = dict(NOTES)
        self.kinds: dict[str, Bilingual] = {}
        self.verdicts: list[Verdict] = []
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._asked: set[tuple[int, str, str]] = set()
        self.pieces: list[tuple[Layer, str, BaseGeometry]] = []
        self.roads: list[tuple[str, str, BaseGeometry]] = []

    def near_m(self, use: SiteUse) -> float:
        """Return how near counts as near."""
        return float(self.run["near_m"]) if use.near_m is None else use.near_m

    def agency(self, agency_id: str) -> Bilingual:
        """Return the name of the agency that does an agency's work today."""
        plan = self.basis.plan
        known = agency_id in plan.agencies
        return plan.agency_today(agency_id).title if known else Bilingual(agency_id, agency_id)

    def note(self, code: str, text: Bilingual) -> str:
        """Remember the title of a note of its own, and return its code."""
        self.notes[code] = text
        return code

    def add(self, table: str, footprint: int, **row: Any) -> None:
        """Add a row to a table."""
        self.rows[table].append({"footprint": self.site.names[footprint], **row})

    def judge(
        self,
        footprint: int,
        layer: Layer,
        version: Version,
        verdict: str,
        *,
        notes: Iterable[str] = (),
        **found: Any,
    ) -> None:
        """
        Add what data say of a footprint.

        Data out of date and a site of unknown place clear nothing: what was not found was then not
        checked.
        """
        assert layer.site is not None
        doubts = self._doubts(layer.site, version, footprint)
        if verdict == "nothing_found" and doubts:
            verdict = "not_checked"
        basis = self.basis.cite(layer.site.basis)
        told = (*notes, *doubts, *self.basis.notes(basis))
        self.verdicts.append(
            Verdict(
                footprint,
                layer,
                verdict,
                version,
                basis=basis,
                notes=tuple(dict.fromkeys(told)),
                **found,
            )
        )

    def pass_over(self, layer: Layer, note: str, *, basis: Iterable[str] = ()) -> None:
        """Say of every footprint that a layer was not checked."""
        cited = self.basis.cite(basis)
        notes = (note, *self.basis.notes(cited))
        for footprint in range(len(self.site)):
            self.verdicts.append(Verdict(footprint, layer, "not_checked", basis=cited, notes=notes))

    def consult(self, footprint: int, topics: Iterable[str]) -> None:
        """Add the bodies that rules in force on the day name, each once."""
        for rule in self.basis.rules(topics):
            for body in rule.bodies:
                if (footprint, rule.id, body) in self._asked:
                    continue
                self._asked.add((footprint, rule.id, body))
                self.add(
                    "bodies",
                    footprint,
                    body=body,
                    body_now=self.basis.plan.agency_today(body).id,
                    task=rule.id,
                    days=rule.days,
                    working_days=rule.working_days if rule.days else None,
                    basis=(rule.id,),
                )

    def _doubts(self, use: SiteUse, version: Version, footprint: int) -> tuple[str, ...]:
        """Return why data that show nothing would clear nothing."""
        doubts = []
        if use.stale_after_months is not None:
            date = version.provenance.date
            if date is None:
                doubts.append("no_date")
            elif date < months_before(self.on, use.stale_after_months):
                doubts.append("stale")
        if np.isnan(self.site.error_m[footprint]):
            doubts.append("site_inexact")
        return tuple(doubts)
