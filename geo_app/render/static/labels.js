/* Names on the map: of the layers that ask for them, never one over another. */
(() => {
  'use strict';

  const Z = 540;
  const FRAME = 16;
  const FONT = 'system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
  const STYLES = {
    point: { font: `600 12px ${FONT}`, color: '#1f2d2f' },
    line: { font: `600 11px ${FONT}` }, // in a darker shade of the line's own colour
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
    layer.names ??= (layer.features || layer.named)
      .filter((feature) => feature.properties[layer.spec.name])
      .map((feature) => ({
        text: String(feature.properties[layer.spec.name]),
        shade: darker(layer.styleOf(feature).color),
        anchors: anchorsOf(feature.geometry).map(([lon, lat]) => L.latLng(lat, lon)),
      }));
    return layer.names;
  }

  function darker(color) {
    const parts = color.match(/[0-9a-f]{2}/gi).map((part) => Math.round(parseInt(part, 16) * 0.6));
    return `rgb(${parts.join(',')})`;
  }

  /** Boxes already taken, so that no name covers another or is cut by the frame. */
  class Taken {
    constructor(size) {
      this.size = size;
      this.boxes = [];
    }

    claim(box) {
      if (box.x1 < FRAME || box.y1 < FRAME || box.x2 > this.size.x || box.y2 > this.size.y) return false;
      const free = this.boxes.every((other) => box.x1 > other.x2 || box.x2 < other.x1
        || box.y1 > other.y2 || box.y2 < other.y1);
      if (free) this.boxes.push(box);
      return free;
    }
  }

  /** Return where a name may stand: a point's beside its symbol, any other on its anchor. */
  function spotsOf(spot, width, geometry) {
    if (geometry !== 'point') return [spot];
    const aside = width / 2 + 10;
    return [[0, -14], [0, 14], [aside, 0], [-aside, 0]].map((by) => spot.add(by));
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

  function placeNames(context, map, layer, taken) {
    const { geometry } = layer.spec;
    const style = STYLES[geometry] || STYLES.polygon;
    const named = new Set();
    context.font = style.font;
    for (const { text, shade, anchors } of namesInView(map, layer)) {
      // A road in many sections is named once, not section by section.
      if (geometry === 'line' && named.has(text)) continue;
      const width = context.measureText(text).width;
      const spot = anchors.flatMap((anchor) => spotsOf(anchor, width, geometry))
        .find((each) => taken.claim(boxOf(each, width, 4)));
      if (!spot) continue;
      writeName(context, spot, text, style.color || shade);
      named.add(text);
    }
  }

  /** Return the layer's names with those of their anchors that are in view, in pixels. */
  function namesInView(map, layer) {
    const inView = map.getBounds();
    return namesOf(layer).map(({ text, shade, anchors }) => ({
      text,
      shade,
      anchors: anchors.filter((anchor) => inView.contains(anchor))
        .map((anchor) => map.latLngToContainerPoint(anchor)),
    })).filter(({ anchors }) => anchors.length);
  }

  /** Keep the names off the symbols of the points they stand among. */
  function reserveSymbols(map, layer, taken) {
    if (layer.spec.geometry !== 'point') return;
    for (const { anchors: [{ x, y }] } of namesInView(map, layer)) {
      taken.boxes.push({ x1: x - 5, x2: x + 5, y1: y - 5, y2: y + 5 });
    }
  }

  geoApp.labels = (map) => {
    const redraw = geoApp.overlay(map, 'geoapp-labels', Z, (context, size) => {
      const taken = new Taken(size);
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.lineJoin = 'round';
      const shown = [...map.geoApp.layers.values()].filter(({ spec, visible, features, named }) =>
        visible && (features || named) && spec.name && spec.labels !== null && map.getZoom() >= spec.labels);
      shown.sort((a, b) => b.spec.order - a.spec.order);
      for (const layer of shown) reserveSymbols(map, layer, taken);
      for (const layer of shown) placeNames(context, map, layer, taken);
    });
    map.on('geoapp:drawn geoapp:change', redraw);
  };
})();
