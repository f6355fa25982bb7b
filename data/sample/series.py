"""Published figures as they are: series that studies set beside what they compute."""

from sample.facts import numbers, read_facts
from sample.writing import Workshop

HECTARES_PER_THOUSAND = 1_000
_AREAS = ("forest", "natural", "newly_planted", "planted")


def build(workshop: Workshop) -> None:
    """Write the forest series: hectares, and the year its way of counting changed."""
    rows = read_facts(workshop.facts, "forest_gso_lang_son")
    breaks = read_facts(workshop.facts, "forest_series_breaks").set_index("year")
    natural_km2 = numbers(read_facts(workshop.facts, "province")["area_km2"])[0]
    areas = {
        f"{name}_ha": (numbers(rows[f"{name}_kha"]) * HECTARES_PER_THOUSAND).round(1)
        for name in _AREAS
    }
    frame = rows[["year", "source"]].assign(
        **areas,
        area_ha=natural_km2 * 100,
        cover_pct=numbers(rows["cover_pct"]),
        broken=rows["year"].isin(breaks.index),
        break_reason=rows["year"].map(breaks["reason"]),
        verified=rows["verified"],
    )
    workshop.write("forest_series", frame)
