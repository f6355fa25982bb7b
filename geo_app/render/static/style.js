/* How a feature is drawn: its class, its colours, its shape on a canvas. */
(() => {
  'use strict';

  const CASING = 'rgba(255, 255, 255, 0.85)';

  /** Return the class of a value; null when it belongs to none. */
  function classOf(legend, properties) {
    if (!legend.field) return legend.classes[0] || null;
    const value = properties[legend.field];
    for (const item of legend.classes) if (holds(item, value)) return item;
    return null;
  }

  function holds(item, value) {
    if (item.values.length) return value !== null && item.values.includes(String(value));
    if (item.minimum === null && item.maximum === null) return true;
    if (value === null || value === undefined || value === '') return false;
    const number = Number(value);
    return number >= (item.minimum ?? -Infinity) && number < (item.maximum ?? Infinity);
  }

  /** Return the style of a feature, and note on `seen` what the legend has to explain. */
  function styleOf(spec, properties, seen) {
    const found = classOf(spec.legend, properties) || spec.legend.other;
    const rough = isApproximate(spec, properties);
    if (found === spec.legend.other) seen.other = true;
    if (rough) seen.approximate = true;
    return rough ? found.rough : found.style;
  }

  function isApproximate(spec, properties) {
    return Boolean(spec.accuracy) && properties[spec.accuracy] === 'C';
  }

  /** Trace the outline of a point; the swatches of the legend have the same proportions. */
  function tracePoint(context, shape, x, y, r) {
    context.beginPath();
    if (shape === 'square') {
      context.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
    } else if (shape === 'diamond') {
      polygon(context, [[x, y - r * 1.2], [x + r * 1.2, y], [x, y + r * 1.2], [x - r * 1.2, y]]);
    } else if (shape === 'triangle') {
      polygon(context, [[x, y - r * 1.1], [x + r * 1.1, y + r * 0.88], [x - r * 1.1, y + r * 0.88]]);
    } else {
      context.arc(x, y, r, 0, 2 * Math.PI);
    }
  }

  function polygon(context, corners) {
    corners.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
  }

  /** Paint a point with a light rim, so that it stands out on any ground. */
  function paintPoint(context, style, x, y) {
    tracePoint(context, style.shape, x, y, style.radius);
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.strokeStyle = CASING;
    context.fillStyle = CASING;
    context.lineWidth = style.width + 2.5;
    context.stroke();
    context.fill();
    fillAndStroke(context, style);
  }

  function fillAndStroke(context, style) {
    context.globalAlpha = style.fillOpacity;
    context.fillStyle = style.fill;
    context.fill('evenodd');
    stroke(context, style);
  }

  function stroke(context, style) {
    if (!style.width) return;
    context.globalAlpha = style.opacity;
    context.strokeStyle = style.color;
    context.lineWidth = style.width;
    context.lineJoin = 'round';
    context.lineCap = style.dash ? 'butt' : 'round';
    context.setLineDash(style.dash ? style.dash.split(/[ ,]+/).map(Number) : []);
    context.stroke();
  }

  /** A point of any shape, for Leaflet's canvas. */
  const ShapeMarker = L.CircleMarker.extend({
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      renderer._ctx.save();
      paintPoint(renderer._ctx, this.options.drawn, this._point.x, this._point.y);
      renderer._ctx.restore();
    },
  });

  /** Return Leaflet's options for a path of this style. */
  function pathOptions(style, geometry) {
    return {
      color: style.color,
      weight: style.width,
      stroke: style.width > 0,
      dashArray: style.dash,
      opacity: style.opacity,
      fill: geometry !== 'line',
      fillColor: style.fill,
      fillOpacity: style.fillOpacity,
      lineCap: style.dash ? 'butt' : 'round',
    };
  }

  Object.assign(window.geoApp, {
    styleOf, isApproximate, fillAndStroke, stroke, paintPoint, pathOptions, ShapeMarker, CASING,
  });
})();
