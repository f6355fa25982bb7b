"""Where along the roads near it a footprint lies."""

from functools import cached_property
from typing import Any

import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo_app.errors import StoreError
from geo_app.studies.locate import place_beside
from geo_app.studies.routes import Routes, read_routes
from geo_app.studies.study import Run


class Chainages:
    """The chainages of the roads that a run names; they are read when first asked for."""

    def __init__(self, run: Run, on: Any) -> None:
        self._run, self._on = run, on

    @cached_property
    def _routes(self) -> Routes | None:
        run = self._run
        if not any(run.inputs.available(layer) for layer in run["route_layers"]):
            return None
        try:
            return read_routes(run.inputs.ws, run["route_layers"], run["posts"], self._on)
        except StoreError:  # the layer itself says so
            return None

    def nearest_to(self, code: object, shape: BaseGeometry) -> dict[str, Any]:
        """Return ``chainage`` and ``chainage_error_m`` of where a road is nearest to a shape."""
        road = self._routes.roads.get(str(code)) if self._routes else None
        if road is None or road.route is None:
            return {"chainage": None, "chainage_error_m": None}
        assert self._routes is not None
        self._run.inputs.include(self._routes.read_for(road))
        drawn = MultiLineString(list(road.course.edges[road.course.drawn]))
        beside = shapely.get_point(shapely.shortest_line(drawn, shape), 0)
        place = place_beside(road, beside)
        return {"chainage": place.chainage, "chainage_error_m": place.plus_minus_m}
