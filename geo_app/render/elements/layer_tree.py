"""The list of layers by theme, with legends, badges, opacity and basemaps."""

from collections.abc import Mapping, Sequence

from geo_app.render.elements.element import AtlasElement, static_links


class LayerTree(AtlasElement):
    """
    A fieldset per theme, a switch per layer, a radio button per basemap.

    Parameters
    ----------
    themes
        Id, title and layer ids of each theme, in order.
    basemaps
        What may lie under the layers; the first choice is always plain paper.
    """

    call = "layerTree"
    default_js = static_links("basemap", "layer_tree")

    def __init__(
        self, themes: Sequence[Mapping[str, object]], basemaps: Sequence[Mapping[str, object]]
    ) -> None:
        super().__init__({"themes": list(themes), "basemaps": list(basemaps)})
        if basemaps:
            tile_scripts = [("pmtiles", "vendor/pmtiles.js"), *static_links("tile_layer")]
            self.default_js = [*tile_scripts, *self.default_js]
