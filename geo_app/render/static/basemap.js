/* The choice of what lies under the layers: plain paper, or one of the basemaps. */
(() => {
  'use strict';

  const { build } = geoApp;
  const MASK_Z = 250; // above the tiles (200), below every layer (300 and up)
  const WORLD = [[-89, -360], [-89, 360], [89, 360], [89, -360]];

  /** Cover what a tile shows beyond the atlas's bounds: the frame never reaches the sea. */
  function makeMask(map) {
    geoApp.pane(map, 'geoapp-mask', MASK_Z);
    const box = map.options.maxBounds;
    const hole = [box.getSouthWest(), box.getNorthWest(), box.getNorthEast(), box.getSouthEast()];
    return L.polygon([WORLD, hole], {
      pane: 'geoapp-mask', interactive: false, stroke: false, fillOpacity: 1, className: 'geoapp-mask',
    });
  }

  /** Build the radio buttons; the first, plain paper, is no basemap at all. */
  geoApp.basemapChoice = (map, basemaps) => {
    const { words, state } = map.geoApp;
    const credits = L.control.attribution({ prefix: false, position: 'bottomright' });
    let shown = [];

    function show(basemap) {
      for (const part of shown) part.remove();
      shown = basemap ? [credits, geoApp.makeBasemap(map, basemap), makeMask(map)] : [];
      for (const part of shown) part.addTo(map);
      map.geoApp.base = basemap ? basemap.id : null;
      map.fire('geoapp:change');
    }

    function choice(basemap, title) {
      const id = `geoapp-base-${basemap ? basemap.id : 'none'}`;
      const checked = (basemap ? basemap.id : null) === (first ? first.id : null);
      return build('li', { class: 'geoapp-layer' }, build('div', { class: 'geoapp-layer-head' },
        build('input', {
          type: 'radio', name: 'geoapp-base', id, checked, on: { change: () => show(basemap) },
        }),
        build('label', { for: id }, title)));
    }

    const first = basemaps.find((basemap) => basemap.id === state.base) || null;
    if (first) show(first);
    return build('fieldset', { class: 'geoapp-theme' },
      build('legend', { class: 'geoapp-theme-title' }, words.basemap),
      build('ul', { class: 'geoapp-layers' }, choice(null, words.no_basemap),
        ...basemaps.map((basemap) => choice(basemap, basemap.title))));
  };
})();
