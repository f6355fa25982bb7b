/* The page for the roadside: ask the phone where it is, copy and share what was found. */
(() => {
  'use strict';

  const GOOD_M = 15; // a position this good is taken at once
  const PATIENCE_MS = 12000; // then the best one so far
  const byId = (id) => document.getElementById(id);
  const status = byId('km-status');

  function say(text) {
    status.textContent = text;
  }

  /** Watch the position until it is good, or for as long as one waits at the roadside. */
  function bestPosition(progress) {
    return new Promise((resolve, reject) => {
      let best = null;
      let watch = null;
      let timer = null;
      const end = (finish, value) => {
        navigator.geolocation.clearWatch(watch);
        clearTimeout(timer);
        finish(value);
      };
      timer = setTimeout(() => (best ? end(resolve, best) : end(reject, { code: 3 })), PATIENCE_MS);
      watch = navigator.geolocation.watchPosition(({ coords }) => {
        if (!best || coords.accuracy <= best.accuracy) best = coords;
        progress(best);
        if (best.accuracy <= GOOD_M) end(resolve, best);
      }, (error) => {
        if (error.code === 1 || !best) end(reject, error);
      }, { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE_MS });
    });
  }

  async function goHere(button) {
    const { dataset } = button;
    if (!window.isSecureContext || !navigator.geolocation) {
      say(dataset.insecure);
      return;
    }
    button.disabled = true;
    say(dataset.looking);
    try {
      const { latitude, longitude, accuracy } = await bestPosition((coords) => {
        say(`${dataset.looking} ± ${Math.round(coords.accuracy)} m`);
      });
      const address = new URL(dataset.address, window.location.href);
      address.searchParams.set('lat', latitude.toFixed(6));
      address.searchParams.set('lon', longitude.toFixed(6));
      address.searchParams.set('accuracy', Math.ceil(accuracy));
      window.location.assign(address);
    } catch (error) {
      say(error.code === 1 ? dataset.denied : dataset.failed);
      button.disabled = false;
    }
  }

  /** Copy, also where plain http leaves no clipboard. */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      area.readOnly = true;
      document.body.append(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      return done;
    }
  }

  async function copyText(button) {
    const done = await copy(button.dataset.text);
    say(done ? button.dataset.done : button.dataset.failed);
    byId('km-text').hidden = done;
  }

  async function share(button) {
    const { text, link, done, failed } = button.dataset;
    const url = new URL(link, window.location.href).href;
    if (navigator.share) {
      try {
        await navigator.share({ title: document.title, text, url });
        return;
      } catch (error) {
        if (error.name === 'AbortError') return;
      }
    }
    say((await copy(url)) ? done : failed);
  }

  function reveal(id, click) {
    const button = byId(id);
    if (!button) return;
    button.hidden = false;
    button.addEventListener('click', () => click(button));
  }

  byId('km-bar').hidden = false;
  reveal('km-here', goHere);
  reveal('km-copy', copyText);
  reveal('km-share', share);
  byId('km-post')?.addEventListener('submit', ({ target }) => {
    target.querySelector('button').disabled = true; // a second tap sends nothing
  });
  if (window.matchMedia('(max-width: 40rem)').matches) {
    (byId('recorded') ?? byId('answer'))?.scrollIntoView();
  }
  window.addEventListener('pageshow', () => { // also when one comes back to the page as it was left
    document.querySelectorAll('.km-big').forEach((button) => { button.disabled = false; });
    say('');
  });
})();
