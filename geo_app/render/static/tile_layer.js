/* Tiles: vector tiles and pictures out of PMTiles archives, and basemaps. */
(() => {
  'use strict';

  const PICTURES = { 2: 'image/png', 3: 'image/jpeg', 4: 'image/webp', 5: 'image/avif' };

  const GAP_BYTES = 32_768;

  /** An archive inside the page itself (one-file exports): a data URL. */
  class MemorySource {
    constructor(address) {
      this.bytes = Uint8Array.from(atob(address.split(',')[1]), (c) => c.charCodeAt(0)).buffer;
    }

    getKey() {
      return 'memory';
    }

    async getBytes(offset, length) {
      return { data: this.bytes.slice(offset, offset + length) };
    }
  }

  /**
   * An archive by address. The tiles of a view lie near each other in it, so what is asked for at
   * once is fetched in few ranges. Each range has an address of its own: browsers hold back a
   * second range of the same address until the first is in.
   */
  class RangeSource {
    constructor(address) {
      this.address = address;
      this.waiting = [];
    }

    getKey() {
      return this.address;
    }

    getBytes(offset, length) {
      return new Promise((done, fail) => {
        if (!this.waiting.length) setTimeout(() => this.flush());
        this.waiting.push({ offset, end: offset + length, done, fail });
      });
    }

    flush() {
      const asked = this.waiting.splice(0).sort((a, b) => a.offset - b.offset);
      let run = [];
      let end = 0;
      for (const part of asked) {
        if (run.length && part.offset > end + GAP_BYTES) {
          this.fetchRun(run, end);
          run = [];
        }
        run.push(part);
        end = Math.max(run.length > 1 ? end : 0, part.end);
      }
      this.fetchRun(run, end);
    }

    async fetchRun(run, end) {
      const { offset } = run[0];
      const range = `${offset}-${end - 1}`;
      try {
        const headers = { Range: `bytes=${range}` };
        const response = await fetch(`${this.address}?bytes=${range}`, { headers });
        if (response.status !== 206) throw new Error(`${this.address}: ${response.status}`);
        const bytes = await response.arrayBuffer();
        for (const part of run) {
          part.done({ data: bytes.slice(part.offset - offset, part.end - offset) });
        }
      } catch (error) {
        for (const part of run) part.fail(error);
      }
    }
  }

  /** An archive whose failures reach the layer: the libraries only write them to the console. */
  class Archive {
    constructor(address, onFailure) {
      const inside = address.startsWith('data:');
      this.inner = new pmtiles.PMTiles(inside ? new MemorySource(address) : new RangeSource(address));
      this.onFailure = onFailure;
    }

    async getZxy(z, x, y, signal) {
      try {
        return await this.inner.getZxy(z, x, y, signal);
      } catch (error) {
        if (error.name === 'AbortError') throw error;
        this.onFailure(error);
        return undefined;
      }
    }

    async mimeType() {
      return PICTURES[(await this.inner.getHeader()).tileType];
    }
  }

  /** Picture tiles of an archive. */
  const PictureLayer = L.GridLayer.extend({
    initialize(archive, options) {
      this.archive = archive;
      L.GridLayer.prototype.initialize.call(this, options);
      this.on('tileunload', ({ tile }) => tile.ending.abort());
    },

    createTile(coords, done) {
      const tile = geoApp.build('canvas', { class: 'geoapp-tile' });
      tile.ending = new AbortController();
      this.fetchTile(coords, tile).then(() => done(null, tile), (error) => done(error, tile));
      return tile;
    },

    /** Decoded off the page's thread, a view of pictures is there in one frame. */
    async fetchTile({ z, x, y }, tile) {
      const found = await this.archive.getZxy(z, x, y, tile.ending.signal);
      if (!found) return;
      const type = await this.archive.mimeType();
      const picture = await createImageBitmap(new Blob([found.data], { type }));
      tile.width = picture.width;
      tile.height = picture.height;
      tile.getContext('bitmaprenderer').transferFromImageBitmap(picture);
    },
  });

  /** Paints the features of a vector tile by the layer's legend. */
  class TilePainter {
    constructor(layer) {
      this.layer = layer;
      this.paint = { point: paintPoints, line: paintLines }[layer.spec.geometry] || paintAreas;
    }

    draw(context, geometry, _zoom, feature) {
      const style = geoApp.styleOf(this.layer.spec, feature.props, this.layer.seen);
      context.save();
      this.paint(context, style, geometry);
      context.restore();
    }
  }

  function paintPoints(context, style, geometry) {
    for (const [point] of geometry) geoApp.paintPoint(context, style, point.x, point.y);
  }

  function paintLines(context, style, geometry) {
    trace(context, geometry);
    geoApp.stroke(context, style);
  }

  function paintAreas(context, style, geometry) {
    trace(context, geometry);
    geoApp.fillAndStroke(context, style);
  }

  function trace(context, geometry) {
    context.beginPath();
    for (const line of geometry) {
      line.forEach(({ x, y }, at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    }
  }

  function vectorLayer(layer, tiles, maxZoom) {
    return protomapsL.leafletLayer({
      url: new Archive(tiles.url, (error) => layer.fail(error)),
      pane: `geoapp-${layer.spec.id}`,
      paintRules: [{ dataLayer: layer.spec.display.layer, symbolizer: new TilePainter(layer) }],
      labelRules: [],
      attribution: '',
      levelDiff: 0,
      maxDataZoom: tiles.max_zoom,
      minZoom: tiles.min_zoom,
      maxZoom,
    });
  }

  function overviewLayer(layer, overview, maxZoom) {
    return new PictureLayer(new Archive(overview.url, (error) => layer.fail(error)), {
      pane: `geoapp-${layer.spec.id}`,
      minZoom: overview.min_zoom,
      maxNativeZoom: overview.max_zoom,
      maxZoom,
    });
  }

  /** Fetch a point for each feature's name: tiles hold features in pieces. */
  async function fetchNames(layer, address) {
    try {
      layer.named = (await geoApp.fetchJson(address)).features;
      layer.map.fire('geoapp:change');
    } catch (error) {
      console.warn(`geo_app: ${layer.spec.id}: names: ${error.message}`);
    }
  }

  /** Make the tile layers of a data layer: the overview far out, vector tiles from close by. */
  geoApp.makeTileParts = (layer) => {
    const { overview, tiles, names } = layer.spec.display;
    const { maxZoom } = layer.map.geoApp.config;
    if (names) fetchNames(layer, names.url);
    const parts = [];
    if (overview) parts.push(overviewLayer(layer, overview, tiles ? tiles.min_zoom - 1 : maxZoom));
    if (tiles) parts.push(vectorLayer(layer, tiles, maxZoom));
    for (const part of parts) {
      part.on('loading', () => layer.setStatus('loading'));
      part.on('load', () => layer.finish());
    }
    return parts;
  };

  /** Make a basemap: tiles by address, or a picture archive; never beyond the atlas's bounds. */
  geoApp.makeBasemap = (map, basemap) => {
    const options = {
      pane: 'tilePane',
      attribution: basemap.attribution,
      minZoom: map.getMinZoom(),
      maxZoom: map.getMaxZoom(),
      minNativeZoom: basemap.minZoom,
      maxNativeZoom: basemap.maxZoom,
      bounds: map.options.maxBounds,
    };
    if (basemap.kind === 'xyz') return L.tileLayer(basemap.url, options);
    const archive = new Archive(basemap.url, (error) => console.warn(`geo_app: ${error.message}`));
    return new PictureLayer(archive, options);
  };
})();
