"""A study of the small province whose figures can be told in the head, and which can be changed."""

from dataclasses import replace

import pytest

from geo_app.domain.result import Table, column
from geo_app.domain.text import Bilingual
from geo_app.studies import STUDIES, Parameter, Result, Study
from geo_app.studies.study import Run

WORDS = Bilingual("Giếng sâu", "Deep wells")
CODE = column("well_code", "Giếng", "Well", kind="text")
DEPTH = column("depth_m", "Sâu", "Depth", unit="m")
COUNT = column("wells", "Số giếng", "Wells", unit="count", kind="integer")
DUG = column("dug", "Ngày đào", "Dug on", kind="date")


def compute(run: Run) -> Result:
    """Count the wells at least so deep: of 12.5, 3, 40 and 8.25 m two are 10 m or more."""
    wells = run.inputs.features(run["wells"])
    deep = wells[wells["depth_m"] >= run["least_depth_m"]]
    rows = deep[["well_code", "depth_m", "dug"]].reset_index(drop=True)
    return run.result(
        tables=(Table("deep", WORDS, (CODE, DEPTH, DUG), rows),),
        totals={"wells": len(deep), "depth_m": float(deep["depth_m"].sum())},
        total_fields=(COUNT, DEPTH),
        definition=Bilingual("Giếng sâu từ mức đặt ra.", "Wells at least so deep."),
        explanation=Bilingual(f"Có {len(deep)} giếng sâu.", f"{len(deep)} wells are deep."),
    )


PARAMETERS = (
    Parameter("wells", "layer", "wells", WORDS, WORDS, geometry=("point",)),
    Parameter("least_depth_m", "number", 10.0, WORDS, WORDS, unit="m", least=0),
    Parameter("site", "text", "", WORDS, WORDS),
)
deep_wells = Study("deep-wells", WORDS, WORDS, PARAMETERS, compute)


def register(monkeypatch: pytest.MonkeyPatch, **changed: object) -> Study:
    """Make it, or a changed form of it, one of the studies."""
    study = replace(deep_wells, **changed)  # type: ignore[arg-type]
    monkeypatch.setitem(STUDIES, study.name, study)  # type: ignore[arg-type]
    return study
