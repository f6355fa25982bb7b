"""The ledger between two forest files: what was there, what changed for which cause, what is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

import geopandas as gpd

from geo_app.analysis.overlay import shared_areas
from geo_app.analysis.succession import NOWHERE, succession
from geo_app.domain.layer import Field, Layer
from geo_app.domain.result import Table, column
from geo_app.domain.text import Bilingual
from geo_app.studies.forest_areas import forest_state, recorded_areas
from geo_app.studies.study import Run
from geo_app.studies.zones import Zones

CAUSE = "change_cause"
SAME_STATE, UNKNOWN = "same_state", "unknown"
UNCODED = {
    SAME_STATE: Bilingual("Chỉ khác diện tích ghi", "Only recorded otherwise"),
    UNKNOWN: Bilingual("Chưa rõ nguyên nhân", "Cause unknown"),
}
"""Beside the causes of the file; neither is guessed from anything but the two states."""
LEAST_HA = 0.005
"""Changes below half of the last digit that files record are no changes."""
MEASURES = ("formed", "forest")
_TOTALS = [f"{when}_{name}_ha" for name in MEASURES for when in ("before", "after")]


@dataclass(frozen=True, eq=False)
class Ledger:
    """
    The pieces of two files in hectares as recorded.

    `pieces` has a row per piece: ``old`` and ``new`` (rows of the files), ``cause``,
    ``before_formed_ha``, ``after_formed_ha``, ``before_forest_ha``, ``after_forest_ha``, and the
    geometry. `causes` titles the codes in the file's order.
    """

    pieces: gpd.GeoDataFrame
    causes: Mapping[str, Bilingual]

    def in_zones(self, run: Run, zones: Zones) -> pd.DataFrame:
        """Return each piece's part in each zone: ``zone``, ``piece``, ``cause``, hectares."""
        shared = shared_areas(zones.frame, self.pieces, executor=run.executor)
        rows = shared["feature"].to_numpy()
        part = shared["area_m2"].to_numpy() / self.pieces.geometry.area.to_numpy()[rows]
        held = pd.DataFrame(self.pieces[[*_TOTALS, "cause"]]).iloc[rows].reset_index(drop=True)
        held[_TOTALS] = held[_TOTALS].mul(part, axis=0)
        return held.assign(zone=shared["zone"].to_numpy(), piece=rows)

    def unplaced_ha(self, held: pd.DataFrame) -> tuple[float, float]:
        """Return the forest of the later file that no zone holds, and that several hold."""
        whole = self.pieces["after_forest_ha"].to_numpy()
        counted = np.bincount(held["piece"], held["after_forest_ha"], minlength=len(whole))
        return float((whole - counted).clip(0).sum()), float((counted - whole).clip(0).sum())


def make_ledger(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, layer: Layer) -> Ledger:
    """
    Set two files against each other, piece by piece.

    A change counts for the cause that the later file gives for the block; without one it is
    unknown, or, where neither the forest nor its state changed, only recorded otherwise.

    Parameters
    ----------
    old, new
        Forest blocks in one metric CRS, indexed 0, 1, ….
    layer
        The layer of `new`, whose field for causes titles them.
    """
    pieces = succession(old, new)
    hectares = {}
    for when, side, blocks in (("before", "old", old), ("after", "new", new)):
        part = pieces[f"{side}_part"].to_numpy() * _of(pieces[side], recorded_areas(blocks), 0.0)
        state = forest_state(blocks)
        for name in MEASURES:
            hectares[f"{when}_{name}_ha"] = part * _of(pieces[side], state[name], False)
    found = pieces.assign(**hectares)
    known = layer.fields[CAUSE].values if CAUSE in layer.fields else {}
    given = new[CAUSE] if CAUSE in new else pd.Series(None, index=new.index, dtype=object)
    found["cause"] = _of(pieces["new"], given.where(given.isin(list(known))), None)
    same = np.logical_and.reduce(
        [(found[f"before_{name}_ha"] > 0) == (found[f"after_{name}_ha"] > 0) for name in MEASURES]
    )
    untold = pd.Series(np.where(same, SAME_STATE, UNKNOWN), index=found.index)
    found["cause"] = found["cause"].where(found["cause"].notna(), untold)
    return Ledger(found, {**known, **UNCODED})


def _of(rows: pd.Series, values: pd.Series, nothing: object) -> np.ndarray:
    """Look up the values of the blocks that pieces belong to."""
    known = (rows != NOWHERE).to_numpy()
    looked_up = values.to_numpy()
    found = np.full(len(rows), nothing, dtype=object if nothing is None else looked_up.dtype)
    found[known] = looked_up[rows[known]]
    return found


def zone_totals(held: pd.DataFrame, zones: Zones) -> pd.DataFrame:
    """Return hectares before and after by zone, nothing where there is none."""
    return held.groupby("zone")[_TOTALS].sum().reindex(range(len(zones.frame)), fill_value=0.0)


def cause_table(held: pd.DataFrame, causes: Mapping[str, Bilingual]) -> Table:
    """Return gain, loss and net by cause, for forest that meets the criterion and all forest."""
    measures = (
        ("formed", Bilingual("Rừng đủ tiêu chí", "Forest meeting the criterion")),
        ("forest", Bilingual("Mọi diện tích rừng", "All forest")),
    )
    fields = [column("cause", "Nguyên nhân", "Cause", kind="text", values=causes)]
    columns = {}
    for name, title in measures:
        change = held[f"after_{name}_ha"] - held[f"before_{name}_ha"]
        parts = {
            "gain": (change.clip(lower=0), "tăng", "gain"),
            "loss": (-change.clip(upper=0), "giảm", "loss"),
            "net": (change, "ròng", "net"),
        }
        for kind, (hectares, vi, en) in parts.items():
            label = f"{name}_{kind}_ha"
            fields.append(column(label, f"{title.vi}: {vi}", f"{title.en}: {en}", unit="ha"))
            columns[label] = hectares.groupby(held["cause"]).sum().round(8)
    rows = pd.DataFrame(columns).reindex(list(causes), fill_value=0.0).rename_axis("cause")
    title = Bilingual("Diễn biến theo nguyên nhân", "Change by cause")
    return Table("causes", title, tuple(fields), rows.reset_index())


def zone_cause_table(
    name: str, title: Bilingual, held: pd.DataFrame, zones: Zones, causes: Mapping[str, Bilingual]
) -> Table:
    """Return the net change of each zone by cause, a column per cause and measure."""
    fields: list[Field] = [
        column("zone_code", "Mã", "Code", kind="text"),
        column("zone_name", "Đơn vị", "Zone", kind="text"),
    ]
    rows = zones.labels
    for measure, vi, en in (
        ("formed", "Đủ tiêu chí", "Meeting the criterion"),
        ("forest", "Mọi rừng", "All forest"),
    ):
        change = held[f"after_{measure}_ha"] - held[f"before_{measure}_ha"]
        sums = change.groupby([held["zone"], held["cause"]]).sum().unstack()
        sums = sums.reindex(index=rows.index, columns=list(causes)).fillna(0.0).round(8)
        rows = rows.join(sums.add_prefix(f"{measure}_").add_suffix("_ha"))
        fields += [
            column(f"{measure}_{code}_ha", f"{vi}: {each.vi}", f"{en}: {each.en}", unit="ha")
            for code, each in causes.items()
        ]
    return Table(name, title, tuple(fields), rows)


def changed_pieces(ledger: Ledger) -> gpd.GeoDataFrame:
    """Return the pieces whose forest changed, largest first, with ``formed_ha``, ``forest_ha``."""
    pieces = ledger.pieces
    changes = pieces.assign(
        formed_ha=pieces["after_formed_ha"] - pieces["before_formed_ha"],
        forest_ha=pieces["after_forest_ha"] - pieces["before_forest_ha"],
    )
    size = changes[["formed_ha", "forest_ha"]].abs().max(axis=1)
    order = size.sort_values(ascending=False, kind="stable").index
    return changes.loc[order[(size[order] >= LEAST_HA).to_numpy()]]
