/* How far a report is: asked for again and again until there is something else to see. */
(() => {
  'use strict';

  const bar = document.getElementById('report-progress');
  const doing = document.getElementById('report-doing');
  const EVERY_MS = 500;

  async function look() {
    try {
      const answer = await fetch(bar.dataset.told);
      const told = await answer.json();
      if (!answer.ok || told.state !== 'running') {
        window.location.reload();
        return;
      }
      bar.value = told.done_pct;
      if (doing.textContent !== told.doing) doing.textContent = told.doing;
    } catch {
      // The server may be back in a moment; the link to look again stays.
    }
    setTimeout(look, EVERY_MS);
  }

  setTimeout(look, EVERY_MS);
})();
