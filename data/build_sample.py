"""
Build the sample province from the facts: ``python data/build_sample.py [--out DIR]``.

The same facts give the same files: a rebuild leaves no difference behind.
"""

import argparse
import time
from pathlib import Path

from sample import (
    events,
    forest,
    frame,
    places,
    rural,
    series,
    settlement,
    statistics,
    transport,
    zones,
)
from sample.writing import STATISTICS, Workshop

from geo_app.storage.catalogue import read_catalogue

HERE = Path(__file__).resolve().parent
LAYERS = HERE.parent / "layers"
CURATED = (frame, transport, places, zones, series, statistics, events)
MADE_UP = (settlement, rural, forest)  # from what the curated stages wrote


def build(out: Path, facts: Path = HERE / "facts") -> None:
    """
    Build every layer that has a sample.

    Parameters
    ----------
    out
        Folder that receives ``shapefiles/``, ``rasters/`` and ``statistics/``.
    facts
        Folder of the curated facts.
    """
    shapefiles, rasters = out / "shapefiles", out / "rasters"
    for folder in (shapefiles, rasters, out / STATISTICS):
        folder.mkdir(parents=True, exist_ok=True)
    workshop = Workshop(facts, shapefiles, read_catalogue(LAYERS))
    for stage in CURATED:
        stage.build(workshop)
    for made_up in MADE_UP:
        made_up.build(facts, shapefiles, rasters)


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE, help="default: the folder of this file")
    start = time.perf_counter()
    build(parser.parse_args().out)
    print(f"built in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
