/* Where the pointer is: WGS 84, and the province's own CRS as surveyors write it. */
(() => {
  'use strict';

  const { build } = geoApp;

  /** Return easting and northing in the atlas's CRS, metres. */
  geoApp.project = (map, { lat, lng }) => proj4(map.geoApp.projection.definition, [lng, lat]);

  /** Write a place in both systems: two lines. */
  geoApp.writePlace = (map, latlng) => {
    const { words, config, projection } = map.geoApp;
    const degrees = new Intl.NumberFormat(config.language, {
      minimumFractionDigits: 5, maximumFractionDigits: 5,
    });
    const metres = new Intl.NumberFormat(config.language, { maximumFractionDigits: 0 });
    const [east, north] = geoApp.project(map, latlng);
    const lat = `${degrees.format(Math.abs(latlng.lat))}° ${latlng.lat < 0 ? words.south : words.north}`;
    const lon = `${degrees.format(Math.abs(latlng.lng))}° ${latlng.lng < 0 ? words.west : words.east}`;
    // No break inside an ordinate.
    const ordinate = (name, value) => `${name} ${metres.format(value)}`.replaceAll(' ', '\u00a0');
    return [
      `WGS 84: ${lat}, ${lon}`,
      `${projection.name}: ${ordinate(words.x_north, north)}, ${ordinate(words.y_east, east)}\u00a0m`,
    ];
  };

  /** Show the pointer's place; without a pointer, that of the map's centre. */
  geoApp.coordinates = (map, config) => {
    map.geoApp.projection = config;
    const { words, foot } = map.geoApp;
    const source = build('span', { class: 'geoapp-source' });
    const lines = [build('span'), build('span', { title: config.code })];
    foot.prepend(build('p', { class: 'geoapp-coordinates', 'aria-label': words.coordinates, role: 'group' },
      source, ...lines));
    let waiting = null;

    function show(latlng, what) {
      waiting ??= requestAnimationFrame(() => {
        waiting = null;
        source.textContent = waitingPlace.what;
        geoApp.writePlace(map, waitingPlace.latlng).forEach((text, at) => {
          lines[at].textContent = text;
        });
      });
      waitingPlace = { latlng, what };
    }

    let waitingPlace = null;
    const centre = () => show(map.getCenter(), words.at_centre);
    map.on('mousemove', ({ latlng, originalEvent }) => {
      if (originalEvent.pointerType !== 'touch') show(latlng, words.at_pointer);
    });
    map.on('move mouseout', centre);
    map.whenReady(centre);
  };
})();
