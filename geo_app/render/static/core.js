/* The namespace, the map itself, and the small tools every element shares. */
window.geoApp = (() => {
  'use strict';

  const SVG = 'http://www.w3.org/2000/svg';
  const PADDING = { paddingTopLeft: [24, 72], paddingBottomRight: [12, 24] }; // search box, frame

  /** Build an HTML element. Children are nodes or plain text: data never becomes markup. */
  function build(tag, attributes = {}, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  /** Build a small drawing from the `d` of its strokes, for buttons. */
  function icon(...paths) {
    const svg = fill(document.createElementNS(SVG, 'svg'), {
      viewBox: '0 0 20 20', class: 'geoapp-icon', 'aria-hidden': 'true', focusable: 'false',
    });
    for (const d of paths) svg.append(fill(document.createElementNS(SVG, 'path'), { d }));
    return svg;
  }

  function fill(node, attributes, children = []) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name === 'on') {
        for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
      } else {
        node.setAttribute(name, value === true ? '' : String(value));
      }
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  /** Put values into a sentence: say('{count} results', {count: 3}). */
  function say(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /** Return an address that may stand in a link, or null: only pages, never scripts. */
  function safeLink(address) {
    if (!address) return null;
    try {
      const url = new URL(address, document.baseURI);
      return ['http:', 'https:', 'file:'].includes(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  /** Fetch JSON, or throw; `signal` ends it early, and so do 30 seconds. */
  async function fetchJson(address, { query = {}, signal } = {}) {
    const url = new URL(address, document.baseURI);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const limit = AbortSignal.timeout(30_000);
    const both = signal && AbortSignal.any ? AbortSignal.any([signal, limit]) : signal || limit;
    const response = await fetch(url, { signal: both, headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
    return response.json();
  }

  /** Keep clicks, wheel and touches on a panel from reaching the map under it. */
  function shield(node) {
    L.DomEvent.disableClickPropagation(node);
    L.DomEvent.disableScrollPropagation(node);
    return node;
  }

  /** A pane of its own for one layer or element; it never catches the pointer. */
  function pane(map, name, zIndex) {
    const found = map.getPane(name) || map.createPane(name);
    found.style.zIndex = zIndex;
    found.style.pointerEvents = 'none';
    return found;
  }

  /** A canvas over the visible map, drawn anew by `draw(context, size)` after each move. */
  function overlay(map, name, zIndex, draw) {
    const canvas = build('canvas', { class: 'leaflet-zoom-hide', 'aria-hidden': 'true' });
    pane(map, name, zIndex).append(canvas);
    function redraw() {
      const size = map.getSize();
      const ratio = window.devicePixelRatio || 1;
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      const context = canvas.getContext('2d');
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size.x, size.y);
      draw(context, size);
    }
    map.on('moveend zoomend resize viewreset', redraw);
    map.whenReady(redraw);
    return redraw;
  }

  /** Read the view kept in the address: #map=zoom/lat/lon&layers=a,b&opacity=a:40&base=id. */
  function readState(hash) {
    const values = new URLSearchParams(hash.replace(/^#/, ''));
    const state = { view: null, layers: null, opacity: {}, base: values.get('base') };
    const numbers = (values.get('map') || '').split('/').map(Number);
    if (numbers.length === 3 && numbers.every(Number.isFinite) && Math.abs(numbers[1]) <= 90) {
      state.view = { zoom: numbers[0], lat: numbers[1], lon: numbers[2] };
    }
    if (values.has('layers')) state.layers = values.get('layers').split(',').filter(Boolean);
    for (const part of (values.get('opacity') || '').split(',').filter(Boolean)) {
      const [id, percent] = part.split(':');
      const value = Number(percent) / 100;
      if (value >= 0 && value <= 1) state.opacity[id] = value;
    }
    return state;
  }

  /** Set the view without rounding the zoom to whole steps, as a first view deserves. */
  function setExactView(map, move) {
    const { zoomSnap } = map.options;
    map.options.zoomSnap = 0.25;
    move();
    map.options.zoomSnap = zoomSnap;
  }

  /** Write an ISO date as readers of the language do; anything else stays. */
  function writeDate(map, text) {
    const iso = /^(\d{4})-(\d\d)-(\d\d)/.exec(text || '');
    if (!iso) return text;
    if (map.geoApp.config.language === 'vi') return `${iso[3]}/${iso[2]}/${iso[1]}`;
    const day = new Date(Date.UTC(iso[1], iso[2] - 1, iso[3]));
    return day.toLocaleDateString('en-GB', {
      day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC',
    });
  }

  /** Tell screen readers what changed. */
  function announce(map, text) {
    map.geoApp.shell.querySelector('.geoapp-live').textContent = text;
  }

  function fit(map, [west, south, east, north]) {
    setExactView(map, () => map.fitBounds([[south, west], [north, east]], {
      ...PADDING, animate: false,
    }));
  }

  function showProvince(map) {
    fit(map, map.geoApp.config.bounds);
  }

  /** Show what the map is about: the province, or a place in it. */
  function showSubject(map) {
    fit(map, map.geoApp.config.view);
  }

  function showState(map, state) {
    if (!state.view) return;
    const { lat, lon, zoom } = state.view;
    setExactView(map, () => map.setView([lat, lon], zoom, { animate: false }));
  }

  /** Keep the map as large as its place; until the reader moves it, keep its subject in it. */
  function followSize(map, shell) {
    let touched = Boolean(map.geoApp.state.view);
    for (const event of ['pointerdown', 'keydown', 'wheel']) {
      shell.addEventListener(event, () => { touched = true; }, { capture: true, passive: true });
    }
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false });
      if (!touched) showSubject(map);
    }).observe(map.getContainer());
  }

  /** Make the map; its elements find what they share in `map.geoApp`. */
  function createMap(id, config) {
    const container = document.getElementById(id);
    const [west, south, east, north] = config.maxBounds;
    const map = L.map(container, {
      minZoom: config.minZoom,
      maxZoom: config.maxZoom,
      maxBounds: [[south, west], [north, east]],
      maxBoundsViscosity: 1,
      zoomControl: false,
      attributionControl: false,
      fadeAnimation: false,
      wheelPxPerZoomLevel: 90,
    });
    const shell = container.closest('.geoapp');
    map.geoApp = {
      config,
      words: config.words,
      shell,
      stage: shell.querySelector('.geoapp-stage'),
      side: shell.querySelector('.geoapp-side'),
      foot: shell.querySelector('.geoapp-foot'),
      layers: new Map(),
      drawn: {},
      state: readState(window.location.hash),
      number: new Intl.NumberFormat(config.language, { maximumFractionDigits: 2 }),
    };
    geoApp.map = map;
    showSubject(map);
    showState(map, map.geoApp.state);
    followSize(map, shell);
    return map;
  }

  return {
    build, icon, say, safeLink, fetchJson, shield, pane, overlay, announce, writeDate,
    readState, showState, showProvince, createMap,
  };
})();
