/* One layer of the map: where its data come from, when they are drawn, how opaque they are. */
(() => {
  'use strict';

  const LOWEST = 300; // z-index of layer order 0; folium's own overlays start at 400

  class DataLayer {
    constructor(map, spec) {
      this.map = map;
      this.spec = spec;
      this.status = 'off'; // off, loading, drawn, far (too far out to be drawn), failed
      this.seen = { other: false, approximate: false };
      this.features = null;
      this.named = null; // points that carry the names of a layer of tiles
      this.opacity = 1;
      this.pane = geoApp.pane(map, `geoapp-${spec.id}`, LOWEST + Math.min(Math.max(spec.order, 0), 99));
      this.parts = null;
      map.on('zoomend', () => this.checkZoom());
    }

    get visible() {
      return this.status !== 'off';
    }

    get minZoom() {
      const { overview, tiles } = this.spec.display;
      return overview ? overview.min_zoom : tiles ? tiles.min_zoom : 0;
    }

    /** Bring the layer onto the map; what was fetched once is kept. */
    async show() {
      if (this.visible && this.status !== 'failed') return;
      this.started = performance.now();
      this.setStatus('loading');
      this.map.fire('geoapp:change');
      try {
        this.parts ??= await this.make();
      } catch (error) {
        this.fail(error);
        return;
      }
      if (!this.visible) return; // switched off meanwhile
      for (const part of this.parts) part.addTo(this.map);
      if (this.features) this.afterFrame();
      else this.checkZoom();
    }

    /** Tiles start at some zoom; further out there is nothing to wait for. */
    checkZoom() {
      if (this.features || !this.visible || this.status === 'failed') return;
      if (Math.round(this.map.getZoom()) < this.minZoom) this.setStatus('far');
    }

    hide() {
      if (!this.visible) return;
      for (const part of [...(this.parts || [])].reverse()) part.remove();
      this.setStatus('off');
      this.map.fire('geoapp:change');
    }

    setOpacity(value) {
      this.opacity = value;
      this.pane.style.opacity = value;
      this.map.fire('geoapp:change');
    }

    /** Show what can be shown of the layer's extent. */
    zoomTo() {
      const boxes = (this.features || []).map((feature) => geoApp.boundsOf(feature.geometry));
      const bounds = boxes.reduce((all, box) => all.extend(box), L.latLngBounds([]));
      if (bounds.isValid()) this.map.fitBounds(bounds, { maxZoom: 14, padding: [30, 30] });
      else if (this.map.getZoom() < this.minZoom) this.map.setZoom(this.minZoom);
      else geoApp.showProvince(this.map);
    }

    async make() {
      const { display } = this.spec;
      if (display.kind === 'inline') return this.makeFeatures(display.data);
      if (display.kind === 'geojson') return this.makeFeatures(await geoApp.fetchJson(display.url));
      return geoApp.makeTileParts(this);
    }

    /** Turn features into canvas layers; lines get a light casing below them. */
    makeFeatures(collection) {
      this.features = collection.features.filter((feature) => feature.geometry);
      const pane = `geoapp-${this.spec.id}`;
      const renderer = L.canvas({ pane, padding: 0.2 });
      const shared = { pane, renderer, interactive: false };
      const styled = L.geoJSON(this.features, {
        ...shared,
        style: (feature) => geoApp.pathOptions(this.styleOf(feature), this.spec.geometry),
        pointToLayer: (feature, latlng) => {
          const drawn = this.styleOf(feature);
          return new geoApp.ShapeMarker(latlng, { ...shared, drawn, radius: drawn.radius + 3 });
        },
      });
      const parts = [renderer];
      if (this.spec.geometry === 'line') parts.push(this.makeCasing(shared));
      return [...parts, styled];
    }

    makeCasing(shared) {
      return L.geoJSON(this.features, {
        ...shared,
        filter: (feature) => this.styleOf(feature).width >= 2,
        style: (feature) => ({ color: geoApp.CASING, weight: this.styleOf(feature).width + 2.5 }),
      });
    }

    styleOf(feature) {
      return geoApp.styleOf(this.spec, feature.properties || {}, this.seen);
    }

    /** Say that the layer is drawn once the canvas has had its frame. */
    afterFrame() {
      requestAnimationFrame(() => requestAnimationFrame(() => this.finish()));
    }

    finish() {
      if (!this.visible || this.status === 'failed') return;
      const milliseconds = performance.now() - this.started;
      this.map.geoApp.drawn[this.spec.id] = milliseconds;
      this.setStatus('drawn');
      this.map.fire('geoapp:drawn', { layer: this.spec.id, milliseconds });
    }

    fail(error) {
      console.warn(`geo_app: ${this.spec.id}: ${error.message}`);
      if (this.visible) this.setStatus('failed');
    }

    /** Forget what could not be fetched, and start again. */
    retry() {
      for (const part of this.parts || []) part.remove();
      this.parts = null;
      this.status = 'off';
      return this.show();
    }

    setStatus(status) {
      this.status = status;
      this.map.fire('geoapp:status', { layer: this.spec.id, status });
    }
  }

  /** Return the bounds of a GeoJSON geometry. */
  geoApp.boundsOf = (geometry) => {
    const bounds = L.latLngBounds([]);
    const visit = (part) => {
      if (typeof part[0] === 'number') bounds.extend([part[1], part[0]]);
      else part.forEach(visit);
    };
    for (const each of geometry.geometries || [geometry]) visit(each.coordinates);
    return bounds;
  };

  /** Register a layer; it is drawn at once if the address or, failing that, the atlas says so. */
  geoApp.dataLayer = (map, spec) => {
    const { layers, state } = map.geoApp;
    const layer = new DataLayer(map, spec);
    layers.set(spec.id, layer);
    if (!spec.display) return;
    if (spec.id in state.opacity) layer.setOpacity(state.opacity[spec.id]);
    if (state.layers ? state.layers.includes(spec.id) : spec.visible) layer.show();
  };
})();
