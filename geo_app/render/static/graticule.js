/* Degrees and minutes: fine lines over the map, written in its frame. */
(() => {
  'use strict';

  const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300]; // minutes of arc
  const SPACING_PX = 110;
  const BAND = 16;
  const Z = 440;

  function stepFor(pixelsPerMinute) {
    return STEPS.find((step) => step * pixelsPerMinute >= SPACING_PX) || STEPS.at(-1);
  }

  /** Write minutes of arc as 106°30′ Đ. */
  function write(minutes, positive, negative) {
    const whole = Math.abs(Math.round(minutes));
    const rest = String(whole % 60).padStart(2, '0');
    return `${Math.floor(whole / 60)}°${rest}′ ${minutes < 0 ? negative : positive}`;
  }

  function* ticks(from, to, step) {
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) yield at;
  }

  /** Return the meridians and parallels in view, in pixels of the map's container. */
  function linesOf(map, words) {
    const bounds = map.getBounds();
    const centre = map.getCenter();
    const at = (lat, lon) => map.latLngToContainerPoint([lat, lon]);
    const acrossPx = (at(centre.lat, centre.lng + 0.5).x - at(centre.lat, centre.lng).x) / 30;
    const step = stepFor(acrossPx);
    const meridians = [...ticks(bounds.getWest() * 60, bounds.getEast() * 60, step)].map((m) => ({
      x: at(centre.lat, m / 60).x, text: write(m, words.east, words.west),
    }));
    const parallels = [...ticks(bounds.getSouth() * 60, bounds.getNorth() * 60, step)].map((m) => ({
      y: at(m / 60, centre.lng).y, text: write(m, words.north, words.south),
    }));
    return { meridians, parallels };
  }

  function paintLines(context, size, { meridians, parallels }) {
    context.strokeStyle = 'rgba(38, 70, 83, 0.28)';
    context.lineWidth = 0.75;
    context.beginPath();
    for (const { x } of meridians) line(context, [x, 0], [x, size.y]);
    for (const { y } of parallels) line(context, [0, y], [size.x, y]);
    context.stroke();
  }

  function line(context, from, to) {
    context.moveTo(...from);
    context.lineTo(...to);
  }

  /** The frame's band, on the top and the left, with the lines' labels. */
  function paintFrame(context, size, { meridians, parallels }) {
    context.fillStyle = 'rgba(251, 250, 246, 0.94)';
    context.fillRect(0, 0, size.x, BAND);
    context.fillRect(0, BAND, BAND, size.y);
    context.strokeStyle = '#8b9893';
    context.lineWidth = 1;
    context.strokeRect(BAND - 0.5, BAND - 0.5, size.x + 9, size.y + 9);
    context.fillStyle = '#37474a';
    context.font = '11px system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const { x, text } of meridians) {
      if (x > BAND + 30 && x < size.x - 30) context.fillText(text, x, BAND / 2 + 0.5);
    }
    for (const { y, text } of parallels) {
      if (y < BAND + 34 || y > size.y - 30) continue;
      context.save();
      context.translate(BAND / 2, y);
      context.rotate(-Math.PI / 2);
      context.fillText(text, 0, 0.5);
      context.restore();
    }
  }

  geoApp.graticule = (map) => {
    const { words, stage } = map.geoApp;
    geoApp.overlay(map, 'geoapp-graticule', Z, (context, size) => {
      paintLines(context, size, linesOf(map, words));
    });
    const frame = geoApp.build('canvas', { class: 'geoapp-frame', 'aria-hidden': 'true' });
    stage.append(frame);
    stage.classList.add('geoapp-framed');
    function redraw() {
      const size = map.getSize();
      const ratio = window.devicePixelRatio || 1;
      frame.width = size.x * ratio;
      frame.height = size.y * ratio;
      const context = frame.getContext('2d');
      context.scale(ratio, ratio);
      paintFrame(context, size, linesOf(map, words));
    }
    map.on('move zoomend resize', redraw);
    map.whenReady(redraw);
  };
})();
