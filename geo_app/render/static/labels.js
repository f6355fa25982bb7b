/* Names on the map: of the layers that ask for them, never one over another. */
(() => {
  'use strict';

  const Z = 540;
  const FONT = 'system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
  const STYLES = {
    point: { font: `600 12px ${FONT}`, color: '#1f2d2f' },
    line: { font: `600 11px ${FONT}`, color: '#7a3416' },
    polygon: { font: `500 12px ${FONT}`, color: '#38514a' },
  };

  /** Return where a polygon's name stands: the middle of its widest row, halfway up or near it. */
  function polygonAnchor(rings) {
    const ys = rings[0].map((p) => p[1]);
    const low = Math.min(...ys);
    const high = Math.max(...ys);
    let best = { width: -1, at: rings[0][0] };
    for (const share of [0.5, 0.4, 0.6, 0.3, 0.7]) {
      const y = low + (high - low) * share;
      const xs = crossings(rings, y);
      for (let at = 0; at + 1 < xs.length; at += 2) {
        const width = (xs[at + 1] - xs[at]) * (share === 0.5 ? 1.15 : 1);
        if (width > best.width) best = { width, at: [(xs[at] + xs[at + 1]) / 2, y] };
      }
    }
    return best.at;
  }

  function crossings(rings, y) {
    const xs = [];
    for (const ring of rings) {
      for (let at = 1; at < ring.length; at += 1) {
        const [x1, y1] = ring[at - 1];
        const [x2, y2] = ring[at];
        if ((y1 > y) !== (y2 > y)) xs.push(x1 + ((x2 - x1) * (y - y1)) / (y2 - y1));
      }
    }
    return xs.sort((a, b) => a - b);
  }

  function spread(ring) {
    const box = geoApp.boundsOf({ coordinates: ring });
    return (box.getEast() - box.getWest()) * (box.getNorth() - box.getSouth());
  }

  function largest(parts, size) {
    return parts.reduce((best, part) => (size(part) > size(best) ? part : best));
  }

  /** Return a feature's anchors, [lon, lat]; a line may be named at any of its middle points. */
  function anchorsOf({ type, coordinates }) {
    if (type === 'Point') return [coordinates];
    if (type === 'MultiPoint') return coordinates.slice(0, 1);
    if (type === 'LineString') return lineAnchors(coordinates);
    if (type === 'MultiLineString') return lineAnchors(largest(coordinates, spread));
    if (type === 'Polygon') return [polygonAnchor(coordinates)];
    if (type === 'MultiPolygon') return [polygonAnchor(largest(coordinates, (p) => spread(p[0])))];
    return [];
  }

  function lineAnchors(points) {
    return [0.5, 0.3, 0.7, 0.15, 0.85].map((share) => points[Math.floor((points.length - 1) * share)]);
  }

  /** Return the layer's names with their anchors, largest feature first; worked out once. */
  function namesOf(layer) {
    layer.names ??= layer.features
      .filter((feature) => feature.properties[layer.spec.name])
      .map((feature) => ({
        text: String(feature.properties[layer.spec.name]),
        anchors: anchorsOf(feature.geometry).map(([lon, lat]) => L.latLng(lat, lon)),
      }));
    return layer.names;
  }

  /** Boxes already taken, so that no name covers another. */
  class Taken {
    constructor() {
      this.boxes = [];
    }

    claim(box) {
      const free = this.boxes.every((other) => box.x1 > other.x2 || box.x2 < other.x1
        || box.y1 > other.y2 || box.y2 < other.y1);
      if (free) this.boxes.push(box);
      return free;
    }
  }

  function boxOf({ x, y }, width, pad) {
    return { x1: x - width / 2 - pad, x2: x + width / 2 + pad, y1: y - 8, y2: y + 8 };
  }

  function writeName(context, { x, y }, text, color) {
    context.strokeStyle = 'rgba(255, 255, 255, 0.92)';
    context.lineWidth = 3.5;
    context.strokeText(text, x, y);
    context.fillStyle = color;
    context.fillText(text, x, y);
  }

  function placeNames(context, map, layer, taken, inView) {
    const style = STYLES[layer.spec.geometry] || STYLES.polygon;
    const once = new Set();
    context.font = style.font;
    for (const { text, anchors } of namesOf(layer)) {
      // A road in many sections is named once, not section by section.
      if (layer.spec.geometry === 'line' && once.has(text)) continue;
      const width = context.measureText(text).width;
      for (const latlng of anchors) {
        if (!inView.contains(latlng)) continue;
        const spot = map.latLngToContainerPoint(latlng);
        if (layer.spec.geometry === 'point') spot.y -= 14;
        if (!taken.claim(boxOf(spot, width, 4))) continue;
        writeName(context, spot, text, style.color);
        once.add(text);
        break;
      }
    }
  }

  geoApp.labels = (map) => {
    const redraw = geoApp.overlay(map, 'geoapp-labels', Z, (context) => {
      const taken = new Taken();
      const inView = map.getBounds();
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.lineJoin = 'round';
      const named = [...map.geoApp.layers.values()].filter(({ spec, visible, features }) =>
        visible && features && spec.name && spec.labels !== null && map.getZoom() >= spec.labels);
      for (const layer of named.sort((a, b) => b.spec.order - a.spec.order)) {
        placeNames(context, map, layer, taken, inView);
      }
    });
    map.on('geoapp:drawn geoapp:change', redraw);
  };
})();
