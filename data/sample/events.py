"""Events along roads as published: packages and works by chainage."""

from sample.facts import numbers, read_facts
from sample.writing import Workshop


def build(workshop: Workshop) -> None:
    """Write the events; what a source does not say stays empty."""
    rows = read_facts(workshop.facts, "road_events").rename(columns={"route": "route_code"})
    for name in ("from_km", "to_km"):
        rows[name] = numbers(rows[name])
    workshop.write("road_events", rows.drop(columns="accuracy"))
