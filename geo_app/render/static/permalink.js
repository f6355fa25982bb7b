/* The address keeps the view: centre, zoom, layers, opacities, basemap. */
(() => {
  'use strict';

  /** Write the state as the part of an address after #; readState reads it. */
  function writeState(map) {
    const { lat, lng } = map.getCenter();
    const layers = [...map.geoApp.layers.values()];
    const faded = layers.filter((layer) => layer.opacity < 1);
    const parts = [
      `map=${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`,
      `layers=${layers.filter((layer) => layer.visible).map(({ spec }) => spec.id).join(',')}`,
    ];
    if (faded.length) {
      const written = faded.map(({ spec, opacity }) => `${spec.id}:${Math.round(opacity * 100)}`);
      parts.push(`opacity=${written.join(',')}`);
    }
    if (map.geoApp.base) parts.push(`base=${map.geoApp.base}`);
    return `#${parts.join('&')}`;
  }

  /** Bring the map to the state of an address the reader typed or went back to. */
  function restore(map, state) {
    geoApp.showState(map, state);
    for (const layer of map.geoApp.layers.values()) {
      if (!layer.spec.display || !state.layers) continue;
      layer.setOpacity(state.opacity[layer.spec.id] ?? 1);
      if (state.layers.includes(layer.spec.id)) layer.show();
      else layer.hide();
    }
  }

  geoApp.permalink = (map) => {
    // A notebook shows the map in a frame without an address of its own.
    if (window.location.protocol === 'about:') return;
    let written = window.location.hash;
    let waiting = null;

    function write() {
      waiting = null;
      written = writeState(map);
      window.history.replaceState(window.history.state, '', written);
    }

    map.on('moveend geoapp:change', () => {
      waiting ??= setTimeout(write, 200);
    });
    window.addEventListener('hashchange', () => {
      if (window.location.hash !== written) restore(map, geoApp.readState(window.location.hash));
    });
    geoApp.linkHere = (target) => new URL(writeState(target), window.location.href).href;
  };
})();
