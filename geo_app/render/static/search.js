/* The search box: a combobox over places, units, layers and projects. */
(() => {
  'use strict';

  const { build, icon, say } = geoApp;
  const WAIT_MS = 200;
  const SHORTEST = 2;

  class SearchBox {
    constructor(map, config) {
      this.map = map;
      this.words = map.geoApp.words;
      this.service = config.service;
      this.results = [];
      this.active = -1;
      this.marker = L.layerGroup().addTo(map);
      geoApp.pane(map, 'geoapp-found', 630);
      this.makeBox();
      map.geoApp.stage.append(geoApp.shield(this.box));
    }

    makeBox() {
      this.list = build('ul', {
        class: 'geoapp-found-list', id: 'geoapp-found', role: 'listbox', hidden: true,
        'aria-label': this.words.search_label,
      });
      this.note = build('p', { class: 'geoapp-found-note', hidden: true });
      this.input = build('input', {
        type: 'text', role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
        'aria-controls': 'geoapp-found', 'aria-label': this.words.search_label,
        placeholder: this.words.search, autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search',
        on: {
          input: () => this.wait(),
          keydown: (event) => this.onKey(event),
          focus: () => this.toggle(this.results.length > 0),
        },
      });
      this.clearer = build('button', {
        type: 'button', class: 'geoapp-plain', 'aria-label': this.words.clear, title: this.words.clear,
        hidden: true, on: { click: () => this.clear() },
      }, icon('M5 5l10 10M15 5L5 15'));
      this.box = build('div', { class: 'geoapp-search', role: 'search' },
        build('div', { class: 'geoapp-search-row' },
          icon('M8.5 3a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z', 'M13 13l4 4'), this.input, this.clearer),
        this.list, this.note);
      this.box.addEventListener('focusout', ({ relatedTarget }) => {
        if (!this.box.contains(relatedTarget)) this.toggle(false);
      });
    }

    wait() {
      clearTimeout(this.waiting);
      this.ending?.abort();
      const query = this.input.value.trim();
      this.clearer.hidden = !this.input.value;
      if (query.length < SHORTEST) {
        this.show([]);
        this.tell('');
        return;
      }
      this.waiting = setTimeout(() => this.ask(query), WAIT_MS);
    }

    async ask(query) {
      this.ending = new AbortController();
      const { signal } = this.ending;
      this.tell(this.words.searching);
      try {
        const found = await geoApp.fetchJson(this.service, {
          query: { q: query, lang: this.map.geoApp.config.language }, signal,
        });
        this.show(found.results);
        const { length } = found.results;
        this.tell(length ? '' : say(this.words.no_results, { query }));
        if (length) geoApp.announce(this.map, say(this.words.results, { count: length }));
      } catch (error) {
        if (signal.aborted) return;
        console.warn(`geo_app: search: ${error.message}`);
        this.show([]);
        this.tell(this.words.search_failed);
      }
    }

    tell(text) {
      this.note.textContent = text;
      this.note.hidden = !text;
      if (text) geoApp.announce(this.map, text);
    }

    show(results) {
      this.results = results;
      this.list.replaceChildren(...results.map((result, at) => this.makeOption(result, at)));
      this.activate(-1);
      this.toggle(results.length > 0);
    }

    makeOption(result, at) {
      const kind = this.words[`kind_${result.kind}`] || '';
      const context = [result.context, kind].filter(Boolean).join(' · ');
      return build('li', {
        role: 'option', id: `geoapp-found-${at}`, 'aria-selected': 'false',
        on: {
          mousedown: (event) => event.preventDefault(), // keep the focus in the box
          click: () => this.choose(result),
        },
      }, build('span', { class: 'geoapp-found-title' }, result.title),
      build('span', { class: 'geoapp-found-context' }, context));
    }

    toggle(open) {
      this.list.hidden = !open;
      this.input.setAttribute('aria-expanded', String(open));
    }

    activate(at) {
      this.active = at;
      [...this.list.children].forEach((option, index) => {
        option.setAttribute('aria-selected', String(index === at));
        if (index === at) option.scrollIntoView({ block: 'nearest' });
      });
      if (at < 0) this.input.removeAttribute('aria-activedescendant');
      else this.input.setAttribute('aria-activedescendant', `geoapp-found-${at}`);
    }

    onKey(event) {
      const { length } = this.results;
      const moves = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in moves && length) {
        this.toggle(true);
        const from = this.active < 0 && event.key === 'ArrowUp' ? 0 : this.active;
        this.activate((from + moves[event.key] + length) % length);
      } else if (event.key === 'Enter' && length) {
        this.choose(this.results[Math.max(this.active, 0)]);
      } else if (event.key === 'Escape') {
        if (this.list.hidden) this.clear();
        else this.toggle(false);
      } else return;
      event.preventDefault();
    }

    /** Go to a result: its bounds or point on the map; else its page. */
    choose(result) {
      const page = geoApp.safeLink(result.url);
      const placed = Number.isFinite(result.lon) && Number.isFinite(result.lat);
      this.toggle(false);
      if (result.layer) this.map.fire('geoapp:show', { layer: result.layer });
      if (!placed && !result.bounds) {
        if (page) window.location.assign(page);
        return;
      }
      this.input.value = result.title;
      this.clearer.hidden = false;
      this.goTo(result, placed);
    }

    goTo({ title, lon, lat, bounds }, placed) {
      const box = bounds && L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]);
      const centre = placed ? L.latLng(lat, lon) : box.getCenter();
      if (box) this.map.fitBounds(box, { maxZoom: 15, padding: [40, 40] });
      else this.map.setView(centre, Math.max(this.map.getZoom(), 13));
      this.marker.clearLayers();
      L.circleMarker(centre, {
        pane: 'geoapp-found', radius: 9, className: 'geoapp-found-ring', interactive: false,
      }).bindTooltip(build('span', {}, title), {
        permanent: true, direction: 'top', offset: [0, -10], className: 'geoapp-found-name',
      }).addTo(this.marker);
      geoApp.announce(this.map, title);
    }

    clear() {
      this.input.value = '';
      this.marker.clearLayers();
      this.wait();
      this.input.focus();
    }
  }

  geoApp.search = (map, config) => new SearchBox(map, config);
})();
