/* The buttons of the map: zoom, whole province, full screen, copy the link; and the scale bar. */
(() => {
  'use strict';

  const { build, icon } = geoApp;
  const SAY_MS = 4000;

  function button(title, strokes, click) {
    return build('button', { type: 'button', title, 'aria-label': title, on: { click } }, icon(...strokes));
  }

  /** Say something for a moment, on the map and to screen readers. */
  function notify(map, text) {
    const note = build('p', { class: 'geoapp-toast' }, text);
    map.geoApp.stage.append(note);
    geoApp.announce(map, text);
    setTimeout(() => note.remove(), SAY_MS);
  }

  async function copyLink(map) {
    const { words } = map.geoApp;
    try {
      await navigator.clipboard.writeText(geoApp.linkHere(map));
      notify(map, words.copied);
    } catch {
      // Plain http on an intranet address has no clipboard; the address bar has the link.
      notify(map, words.copy_failed);
    }
  }

  async function toggleFullscreen(map) {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await map.geoApp.shell.requestFullscreen();
  }

  geoApp.tools = (map) => {
    const { words, stage } = map.geoApp;
    const zoom = [
      button(words.zoom_in, ['M10 4v12M4 10h12'], () => map.zoomIn()),
      button(words.zoom_out, ['M4 10h12'], () => map.zoomOut()),
    ];
    const rest = [button(words.home, ['M3 9.5L10 4l7 5.5', 'M5 8.5V16h10V8.5'], () => geoApp.showProvince(map))];
    if (document.fullscreenEnabled) {
      const corners = ['M4 8V4h4', 'M12 4h4v4', 'M16 12v4h-4', 'M8 16H4v-4'];
      rest.push(button(words.fullscreen, corners, () => toggleFullscreen(map)));
    }
    if (geoApp.linkHere) {
      const chain = ['M8.5 11.5l3-3', 'M9 6.5l2-2a3.2 3.2 0 0 1 4.5 4.5l-2 2', 'M11 13.5l-2 2A3.2 3.2 0 0 1 4.5 11l2-2'];
      rest.push(button(words.copy_link, chain, () => copyLink(map)));
    }
    stage.append(geoApp.shield(build('div', { class: 'geoapp-tools' },
      build('div', { class: 'geoapp-tool-group' }, ...zoom),
      build('div', { class: 'geoapp-tool-group' }, ...rest))));
    const limits = () => {
      zoom[0].disabled = map.getZoom() >= map.getMaxZoom();
      zoom[1].disabled = map.getZoom() <= map.getMinZoom();
    };
    map.on('zoomend', limits);
    limits();
    L.control.scale({ imperial: false, maxWidth: 130, position: 'bottomleft' }).addTo(map);
  };
})();
