"""A finding set aside: a planner's word against it, with a reason, a name and a last day."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

OverrideState = Literal["holds", "expired", "reopened"]


@dataclass(frozen=True)
class Override:
    """
    A finding of a layer set aside until a day, or until the layer changes.

    `feature` is one feature's key, its parts joined by ``/``; None: the whole layer. `site` is the
    `site_digest` of one site; None: any site. `made` and `ended` are moments in UTC; `until` is the
    last day it holds. `digest` is that of the layer's version when it was made. `ended` and
    `ended_by` tell when and by whom it was taken back.
    """

    id: int
    layer: str
    feature: str | None
    site: str | None
    reason: str
    who: str
    made: datetime
    until: date
    digest: str
    ended: datetime | None = None
    ended_by: str | None = None

    def covers(self, layer: str, feature: str | None, site: str | None) -> bool:
        """Tell whether it speaks of this feature of this layer at this site."""
        return layer == self.layer and self.feature in (None, feature) and self.site in (None, site)

    def state(self, day: date, digest: str | None) -> OverrideState:
        """
        Tell whether it holds on `day`, or what it set aside is open again.

        Parameters
        ----------
        day
            The day of the check.
        digest
            Digest of the layer's version that is checked; None where the layer has no data.

        Returns
        -------
        state
            ``expired`` after its last day; ``reopened`` where the layer is not what it was.
        """
        if day > self.until:
            return "expired"
        return "holds" if digest == self.digest else "reopened"


def site_digest(site: str) -> str:
    """Return what stands for a site in an override: SHA-256 of its canonical text."""
    return hashlib.sha256(site.encode()).hexdigest()
