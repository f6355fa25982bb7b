/* Drawing a site: clicks, or Enter at the centre of the map, become coordinates in the field. */
(() => {
  'use strict';

  const { map } = geoApp;
  const field = document.getElementById('text');
  const file = document.getElementById('file');
  const count = document.getElementById('draw-count');
  const kinds = [...document.querySelectorAll('[name=draw-kind]')];
  const PANE = 'check-drawn';
  const LOOK = { color: '#8a2f2f', weight: 3, fillOpacity: 0.2, interactive: false, pane: PANE };
  const LEAST = { point: 1, line: 2, polygon: 3 };
  let points = [];

  geoApp.pane(map, PANE, 630);
  const drawn = L.layerGroup().addTo(map);
  const kind = () => kinds.find(({ checked }) => checked).value;

  /** Write the points as text that names its system: degrees of WGS 84. */
  function written() {
    const pairs = points.map(({ lat, lng }) => `${lng.toFixed(7)} ${lat.toFixed(7)}`);
    if (points.length < LEAST[kind()]) return '';
    if (kind() === 'point') return `SRID=4326;POINT(${pairs[0]})`;
    if (kind() === 'line') return `SRID=4326;LINESTRING(${pairs.join(', ')})`;
    return `SRID=4326;POLYGON((${[...pairs, pairs[0]].join(', ')}))`;
  }

  function show() {
    drawn.clearLayers();
    for (const point of points) {
      L.circleMarker(point, { ...LOOK, radius: 5, fillOpacity: 1 }).addTo(drawn);
    }
    if (kind() === 'polygon') L.polygon(points, LOOK).addTo(drawn);
    if (kind() === 'line') L.polyline(points, LOOK).addTo(drawn);
    field.value = written();
    count.textContent = count.dataset.points + points.length;
  }

  function add(latlng) {
    points = kind() === 'point' ? [latlng] : [...points, latlng];
    file.value = '';
    show();
  }

  // On this map a click draws; it does not ask what lies there.
  map.off('click');
  map.on('click', ({ latlng }) => add(latlng));
  map.doubleClickZoom.disable();
  map.getContainer().addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target !== map.getContainer()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    add(map.getCenter());
  }, { capture: true });

  document.getElementById('draw-undo').addEventListener('click', () => {
    points = points.slice(0, -1);
    show();
  });
  document.getElementById('draw-clear').addEventListener('click', () => {
    points = [];
    show();
  });
  for (const each of kinds) {
    each.addEventListener('change', () => {
      if (kind() === 'point') points = points.slice(-1);
      if (points.length) show();
    });
  }
})();
