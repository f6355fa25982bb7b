"""The list of layers by theme, with legends, badges, opacity and basemaps."""

from collections.abc import Mapping, Sequence

from geo_app.render.elements.element import AtlasElement, static_links


class LayerTree(AtlasElement):
    """
    A fieldset per theme, a switch per layer, a radio button per basemap.

    Parameters
    ----------
    themes
        Id, title, layer ids and whether it stands open, of each theme, in order.
    basemaps
        What may lie under the layers; the first choice is always plain paper.
    open_at_first
        Whether the list stands beside the map when it opens, where there is room.
    """

    call = "layerTree"
    default_js = static_links("basemap", "layer_tree")

    def __init__(
        self,
        themes: Sequence[Mapping[str, object]],
        basemaps: Sequence[Mapping[str, object]],
        *,
        open_at_first: bool = True,
    ) -> None:
        settings = {"themes": list(themes), "basemaps": list(basemaps), "open": open_at_first}
        super().__init__(settings)
        if basemaps:
            tile_scripts = [("pmtiles", "vendor/pmtiles.js"), *static_links("tile_layer")]
            self.default_js = [*tile_scripts, *self.default_js]
