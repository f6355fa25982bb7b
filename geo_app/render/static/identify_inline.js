/* What lies here, answered from the data inside the page (one-file exports). */
(() => {
  'use strict';

  const REACH_PX = 10;

  function inRing([x, y], ring) {
    let inside = false;
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
      const [x1, y1] = ring[at];
      const [x2, y2] = ring[before];
      if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
    return inside;
  }

  /** A point is inside when it is inside an odd number of rings: holes need no care. */
  function inPolygon(place, rings) {
    return rings.filter((ring) => inRing(place, ring)).length % 2 === 1;
  }

  /** Return the parts of a geometry as [kind, coordinates] of single points, lines, polygons. */
  function partsOf(geometry) {
    if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(partsOf);
    if (!geometry.type.startsWith('Multi')) return [[geometry.type, geometry.coordinates]];
    return geometry.coordinates.map((part) => [geometry.type.slice(5), part]);
  }

  /** Return how far a part lies from the place, in screen pixels; 0 inside a polygon. */
  function distance(map, latlng, [kind, coordinates]) {
    if (kind === 'Polygon') return inPolygon([latlng.lng, latlng.lat], coordinates) ? 0 : Infinity;
    const here = map.latLngToContainerPoint(latlng);
    const pixels = (kind === 'Point' ? [coordinates] : coordinates)
      .map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
    if (pixels.length === 1) return here.distanceTo(pixels[0]);
    return Math.min(...pixels.slice(1).map((end, at) =>
      L.LineUtil.pointToSegmentDistance(here, pixels[at], end)));
  }

  function write(map, field, value) {
    const { words, number } = map.geoApp;
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    if (typeof value === 'number') return number.format(value);
    if (field.type === 'date') return geoApp.writeDate(map, String(value));
    return field.values[value] ?? String(value);
  }

  function describe(map, layer, feature) {
    const { spec } = layer;
    const properties = feature.properties || {};
    const rows = Object.entries(spec.fields)
      .filter(([name]) => name !== spec.name && ![null, undefined, ''].includes(properties[name]))
      .map(([name, field]) => ({
        title: field.title, value: write(map, field, properties[name]), unit: field.unit,
      }));
    return {
      layer: spec.id,
      title: spec.title,
      marks: spec.marks,
      date: spec.date,
      feature: properties[spec.name] ?? null,
      approximate: geoApp.isApproximate(spec, properties),
      rows,
      geometry: feature.geometry,
      page: null,
    };
  }

  function size({ geometry }) {
    const box = geoApp.boundsOf(geometry);
    return (box.getEast() - box.getWest()) * (box.getNorth() - box.getSouth());
  }

  /** Answer as the identify service does: points and lines on top first, then ever larger areas. */
  geoApp.identifyInline = (map, latlng) => {
    const hits = [];
    const layers = [...map.geoApp.layers.values()].filter((layer) => layer.visible && layer.features);
    for (const layer of layers.sort((a, b) => b.spec.order - a.spec.order)) {
      const reach = layer.spec.geometry === 'polygon' ? 0 : REACH_PX;
      const near = layer.features
        .map((feature) => ({ feature, far: Math.min(...partsOf(feature.geometry)
          .map((part) => distance(map, latlng, part))) }))
        .filter(({ far }) => far <= reach)
        .sort((a, b) => a.far - b.far);
      hits.push(...near.slice(0, 5).map(({ feature }) => describe(map, layer, feature)));
    }
    const rank = (hit) => (/Polygon/.test(hit.geometry.type) ? size(hit) : 0);
    return { hits: hits.sort((a, b) => rank(a) - rank(b)), limit_reached: false };
  };
})();
