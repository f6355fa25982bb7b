/* The list of layers by theme: switches, legends, badges, opacity, basemaps. */
(() => {
  'use strict';

  const { build, icon, say } = geoApp;
  const NARROW = '(max-width: 700px)';
  const CLOSE = 'M5 5l10 10M15 5L5 15';
  const STACK = ['M10 3l7 4-7 4-7-4z', 'M3 11l7 4 7-4'];
  const DOTS = ['M10 4.5v.01', 'M10 10v.01', 'M10 15.5v.01'];

  class LayerTree {
    constructor(map, config) {
      this.map = map;
      this.words = map.geoApp.words;
      this.config = config;
      this.rows = new Map();
      this.themes = [];
      this.opener = this.makeOpener();
      this.count = build('span', { class: 'geoapp-count' });
      this.title = build('h2', { class: 'geoapp-heading', tabindex: -1 }, this.words.layers);
      map.geoApp.side.append(
        build('div', { class: 'geoapp-side-head' }, this.title, this.count, this.makeCloser()),
        build('div', { class: 'geoapp-side-body' },
          ...config.themes.map((theme) => this.makeTheme(theme)),
          config.basemaps.length ? geoApp.basemapChoice(map, config.basemaps) : null),
      );
      map.geoApp.stage.append(geoApp.shield(this.opener));
      map.on('geoapp:status', ({ layer }) => this.refresh(layer));
      map.on('geoapp:drawn', ({ layer }) => this.refreshLegend(layer));
      map.on('geoapp:show', ({ layer }) => map.geoApp.layers.get(layer)?.show());
      map.geoApp.side.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') this.toggle(false);
      });
      this.toggle(config.open && !window.matchMedia(NARROW).matches, { focus: false });
      for (const id of this.rows.keys()) this.refresh(id);
    }

    makeOpener() {
      this.openerCount = build('span', { class: 'geoapp-count' });
      return build('button', {
        type: 'button', class: 'geoapp-opener', 'aria-controls': this.map.geoApp.side.id,
        title: this.words.show_layers, on: { click: () => this.toggle(true) },
      }, icon(...STACK), this.words.layers, this.openerCount);
    }

    makeCloser() {
      return build('button', {
        type: 'button', class: 'geoapp-plain', 'aria-label': this.words.hide_layers,
        title: this.words.hide_layers, on: { click: () => this.toggle(false) },
      }, icon(CLOSE));
    }

    toggle(open, { focus = true } = {}) {
      const { shell } = this.map.geoApp;
      shell.classList.toggle('geoapp-side-open', open);
      this.opener.setAttribute('aria-expanded', String(open));
      if (focus) (open ? this.title : this.opener).focus();
    }

    makeTheme(theme) {
      const count = build('span', { class: 'geoapp-count' });
      const list = build('ul', { class: 'geoapp-layers', id: `geoapp-theme-${theme.id}` },
        ...theme.layers.map((id) => this.makeRow(this.map.geoApp.layers.get(id))));
      const { open } = theme;
      list.hidden = !open;
      const button = build('button', {
        type: 'button', class: 'geoapp-theme-title', 'aria-expanded': String(open),
        'aria-controls': list.id,
        on: { click: () => disclose(button, list) },
      }, icon('M7 5l6 5-6 5'), theme.title, count);
      this.themes.push({ ...theme, count });
      return build('fieldset', { class: 'geoapp-theme' }, build('legend', {}, button), list);
    }

    makeRow(layer) {
      const { spec } = layer;
      const key = `geoapp-layer-${spec.id}`;
      const box = build('input', {
        type: 'checkbox', id: key, disabled: !spec.display,
        on: { change: () => (box.checked ? layer.show() : layer.hide()) },
      });
      const single = spec.legend.classes.length === 1 ? spec.legend.classes[0] : null;
      const row = {
        layer, box,
        status: build('p', { class: 'geoapp-status', hidden: true }),
        legend: this.makeLegend(spec, Boolean(single)),
      };
      this.rows.set(spec.id, row);
      const options = this.makeOptions(layer, `${key}-options`);
      return build('li', { class: spec.display ? 'geoapp-layer' : 'geoapp-layer geoapp-absent' },
        build('div', { class: 'geoapp-layer-head' },
          box,
          build('label', { for: key }, single ? swatch(single) : null,
            build('span', { class: 'geoapp-layer-title' }, spec.title)),
          this.makeMore(spec, options)),
        spec.marks.length ? build('div', { class: 'geoapp-badges' }, ...spec.marks.map(badge)) : null,
        row.status, row.legend, options);
    }

    makeMore(spec, options) {
      const label = say(this.words.options, { layer: spec.title });
      const button = build('button', {
        type: 'button', class: 'geoapp-plain geoapp-more', 'aria-expanded': 'false',
        'aria-controls': options.id, 'aria-label': label, title: label,
        on: { click: () => disclose(button, options) },
      }, icon(...DOTS));
      return button;
    }

    makeLegend(spec, single) {
      const { classes, other, approximate } = spec.legend;
      const rows = single ? [] : classes.map((item) => legendRow(item));
      return build('ul', { class: 'geoapp-legend', hidden: true }, ...rows,
        legendRow(other, 'other'), legendRow(approximate, 'approximate'));
    }

    makeOptions(layer, id) {
      const { spec } = layer;
      const page = geoApp.safeLink(spec.page);
      return build('div', { class: 'geoapp-options', id, hidden: true },
        build('p', {}, spec.date ? say(this.words.data_date, { date: spec.date })
          : spec.display ? this.words.no_date : null),
        ...spec.marks.map((mark) => build('p', {}, `${mark.title}: ${mark.hint}`)),
        spec.display ? this.makeOpacity(layer) : null,
        build('p', { class: 'geoapp-actions' },
          spec.display ? build('button', {
            type: 'button', class: 'geoapp-link',
            on: { click: () => layer.show().then(() => layer.zoomTo()) },
          }, this.words.zoom_to) : null,
          page ? build('a', { href: page, 'aria-label': `${this.words.details}: ${spec.title}` },
            this.words.details) : null));
    }

    makeOpacity(layer) {
      const id = `geoapp-opacity-${layer.spec.id}`;
      const shown = build('output', { for: id }, percent(layer.opacity));
      const range = build('input', {
        type: 'range', id, min: 10, max: 100, step: 5, value: Math.round(layer.opacity * 100),
        on: {
          input: () => {
            layer.setOpacity(Number(range.value) / 100);
            shown.textContent = percent(layer.opacity);
          },
        },
      });
      return build('p', { class: 'geoapp-opacity' },
        build('label', { for: id }, this.words.opacity), range, shown);
    }

    /** Show in words how a layer stands. */
    refresh(id) {
      const row = this.rows.get(id);
      if (!row) return;
      const { status, visible } = row.layer;
      row.box.checked = visible;
      row.legend.hidden = !visible;
      const text = { loading: this.words.loading, failed: this.words.failed, far: this.words.too_far };
      const again = status === 'failed' ? build('button', {
        type: 'button', class: 'geoapp-link', on: { click: () => row.layer.retry() },
      }, this.words.retry) : null;
      row.status.replaceChildren(...[text[status], again].filter(Boolean));
      row.status.hidden = !(status in text);
      row.status.classList.toggle('geoapp-problem', status === 'failed');
      if (status === 'failed') {
        geoApp.announce(this.map, `${row.layer.spec.title}: ${this.words.failed}`);
      }
      this.refreshLegend(id);
      this.refreshCounts();
    }

    /** Explain grey and hollow features only where there are some. */
    refreshLegend(id) {
      const row = this.rows.get(id);
      if (!row) return;
      for (const kind of ['other', 'approximate']) {
        row.legend.querySelector(`.geoapp-legend-${kind}`).hidden = !row.layer.seen[kind];
      }
    }

    refreshCounts() {
      const { layers } = this.map.geoApp;
      let all = 0;
      for (const theme of this.themes) {
        const on = theme.layers.filter((id) => layers.get(id).visible).length;
        theme.count.textContent = on ? `${on}/${theme.layers.length}` : String(theme.layers.length);
        all += on;
      }
      this.count.textContent = say(this.words.layers_on, { count: all });
      this.openerCount.textContent = String(all);
    }
  }

  function disclose(button, content) {
    content.hidden = !content.hidden;
    button.setAttribute('aria-expanded', String(!content.hidden));
  }

  function percent(value) {
    return `${Math.round(value * 100)} %`;
  }

  /** A swatch is a picture: the page never reads its markup. */
  function swatch({ swatch: svg }) {
    const src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    return build('img', { src, alt: '', class: 'geoapp-swatch', width: 28, height: 18 });
  }

  function legendRow(item, kind) {
    return build('li', { class: kind && `geoapp-legend-${kind}`, hidden: Boolean(kind) },
      swatch(item), build('span', {}, item.title));
  }

  function badge(mark) {
    return build('span', { class: `geoapp-badge geoapp-badge-${mark.id}`, title: mark.hint }, mark.title);
  }

  geoApp.badge = badge;
  geoApp.layerTree = (map, config) => new LayerTree(map, config);
})();
