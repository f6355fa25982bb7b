/* What lies here: a click, or Enter at the centre of the map, asks and shows the answer. */
(() => {
  'use strict';

  const { build, icon, say } = geoApp;
  const HIGHLIGHT_Z = 620;
  const CLOSE = 'M5 5l10 10M15 5L5 15';
  const MARK = { className: 'geoapp-highlight', interactive: false, pane: 'geoapp-highlight' };

  class Identify {
    constructor(map, config) {
      this.map = map;
      this.words = map.geoApp.words;
      this.service = config.service;
      geoApp.pane(map, 'geoapp-highlight', HIGHLIGHT_Z);
      this.marks = L.layerGroup().addTo(map);
      this.makePanel();
      map.geoApp.stage.append(geoApp.shield(this.panel), build('div', {
        class: 'geoapp-crosshair', 'aria-hidden': 'true',
      }));
      map.on('click', ({ latlng }) => this.ask(latlng));
      this.followKeys(map.getContainer(), map.geoApp.stage);
    }

    /** Whoever moves the map by keys sees its centre, and Enter asks there. */
    followKeys(container, stage) {
      const { map } = this;
      container.addEventListener('keyup', () => stage.classList.add('geoapp-keys'));
      for (const event of ['pointerdown', 'blur']) {
        container.addEventListener(event, () => stage.classList.remove('geoapp-keys'));
      }
      container.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && event.target === map.getContainer()) {
          event.preventDefault();
          this.ask(map.getCenter(), { focus: true });
        }
      });
    }

    makePanel() {
      this.heading = build('h2', { class: 'geoapp-heading', tabindex: -1 }, this.words.identify);
      this.body = build('div', {
        class: 'geoapp-result-body', tabindex: 0, role: 'region', 'aria-label': this.words.identify,
      });
      this.panel = build('div', {
        class: 'geoapp-result', hidden: true,
        on: { keydown: (event) => event.key === 'Escape' && this.close() },
      },
      build('div', { class: 'geoapp-side-head' }, this.heading, build('button', {
        type: 'button', class: 'geoapp-plain', 'aria-label': this.words.close,
        title: this.words.close, on: { click: () => this.close() },
      }, icon(CLOSE))), this.body);
    }

    async ask(latlng, { focus = false } = {}) {
      this.ending?.abort();
      this.ending = new AbortController();
      const { signal } = this.ending;
      this.open(latlng, focus);
      try {
        const answer = this.service ? await this.fetch(latlng, signal)
          : geoApp.identifyInline(this.map, latlng);
        if (signal.aborted) return;
        this.show(answer);
        this.uncover(latlng);
      } catch (error) {
        if (signal.aborted) return;
        console.warn(`geo_app: identify: ${error.message}`);
        this.write(build('p', { class: 'geoapp-problem' }, this.words.identify_failed));
      }
    }

    fetch({ lat, lng }, signal) {
      const layers = [...this.map.geoApp.layers.values()]
        .filter(({ visible, spec }) => visible && !spec.sketch);
      const query = {
        lon: lng.toFixed(6),
        lat: lat.toFixed(6),
        zoom: this.map.getZoom().toFixed(2),
        layers: layers.map((layer) => layer.spec.id).join(','),
        lang: this.map.geoApp.config.language,
      };
      return geoApp.fetchJson(this.service, { query, signal });
    }

    open(latlng, focus) {
      this.panel.hidden = false;
      this.map.geoApp.shell.classList.add('geoapp-has-result');
      this.place = geoApp.writePlace ? geoApp.writePlace(this.map, latlng) : [];
      this.marks.clearLayers();
      this.marks.addLayer(L.circleMarker(latlng, { ...MARK, radius: 5, className: 'geoapp-here' }));
      this.write(build('p', {}, this.words.identifying));
      if (focus) this.heading.focus();
    }

    /** Move the map when the panel lies over the place asked about. */
    uncover(latlng) {
      const frame = this.map.getContainer().getBoundingClientRect();
      const panel = this.panel.getBoundingClientRect();
      const below = panel.top > frame.top + 60; // a sheet from below, on phones
      const room = below ? [20, frame.bottom - panel.top + 30] : [frame.right - panel.left + 30, 20];
      this.map.panInside(latlng, { paddingTopLeft: [40, 90], paddingBottomRight: room });
    }

    /** Put content under the place's coordinates. */
    write(...content) {
      const lines = this.place.map((line) => build('p', { class: 'geoapp-place' }, line));
      this.body.replaceChildren(...lines, ...content);
      this.body.scrollTop = 0;
    }

    show({ hits, limit_reached: more }) {
      this.write(
        ...hits.map((hit) => this.makeHit(hit)),
        ...(hits.length ? [] : [build('p', {}, this.words.no_hits)]),
        ...(more ? [build('p', {}, this.words.more_hits)] : []),
      );
      const found = say(this.words.hits, { count: hits.length });
      geoApp.announce(this.map, hits.length ? found : this.words.no_hits);
      hits.forEach((hit, rank) => this.highlight(hit.geometry, rank));
    }

    /** The first hit stands out; the others are only outlined. */
    highlight(geometry, rank) {
      if (!geometry) return;
      const className = rank ? 'geoapp-highlight geoapp-highlight-faint' : 'geoapp-highlight';
      const options = { ...MARK, className, fill: !rank && !geometry.type.endsWith('LineString') };
      this.marks.addLayer(L.geoJSON(geometry, {
        ...options, pointToLayer: (_, latlng) => L.circleMarker(latlng, { ...options, radius: 12 }),
      }));
    }

    makeHit(hit) {
      const page = geoApp.safeLink(hit.page);
      const name = hit.feature || hit.title;
      const about = [hit.feature ? hit.title : null, geoApp.writeDate(this.map, hit.date)];
      return build('article', { class: 'geoapp-hit' },
        build('h3', {}, name),
        build('p', { class: 'geoapp-hit-layer' }, about.filter(Boolean).join(' · '),
          ...hit.marks.map((mark) => geoApp.badge(mark))),
        hit.approximate ? build('p', { class: 'geoapp-approximate' }, this.words.approximate) : null,
        hit.rows.length ? build('table', {}, build('tbody', {}, ...hit.rows.map(makeLine))) : null,
        page ? build('p', {}, build('a', { href: page, 'aria-label': `${this.words.feature_page}: ${name}` },
          this.words.feature_page)) : null);
    }

    close() {
      this.ending?.abort();
      this.panel.hidden = true;
      this.marks.clearLayers();
      this.map.geoApp.shell.classList.remove('geoapp-has-result');
      this.map.getContainer().focus({ preventScroll: true });
    }
  }

  function makeLine({ title, value, unit }) {
    const shown = unit ? `${value} ${unit}` : String(value);
    return build('tr', {}, build('th', { scope: 'row' }, title), build('td', {}, shown));
  }

  geoApp.identify = (map, config) => new Identify(map, config);
})();
