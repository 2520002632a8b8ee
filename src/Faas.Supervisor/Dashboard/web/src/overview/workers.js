import { h, setText } from '../lib/dom.js';
import * as format from '../lib/format.js';
import { notify } from '../lib/notify.js';

// More than this many slots are a bar instead of cells.
const mostCells = 32;

/** One card for each worker process. */
export function workers() {
  const cards = new Map();
  const count = h('span', { class: 'count' });
  const grid = h('ul', { class: 'workers' });
  return {
    element: h('section', { aria: { labelledby: 'workers-title' } },
      h('header', { class: 'section-head' }, h('h2', { id: 'workers-title' }, 'Workers'), count), grid),
    update(tick) {
      const ready = tick.workers.filter(({ state }) => state === 'ready').length;
      setText(count, ready === tick.workers.length ? `${ready} ready` : `${ready} of ${tick.workers.length} ready`);
      for (const worker of tick.workers) {
        let card = cards.get(worker.index);
        if (!card) {
          card = workerCard(worker);
          cards.set(worker.index, card);
          grid.append(card.element);
        }
        card.update(worker, tick.placed);
      }
    },
  };
}

function workerCard({ index }) {
  const state = h('span', { class: 'badge' });
  const pid = h('dd', { class: 'mono' });
  const backend = h('dd');
  const memory = h('dd');
  const restarts = h('dd');
  const share = h('dd');
  const slots = h('div', { class: 'slots', aria: { hidden: true } });
  const inUse = h('span', { class: 'muted' });
  let last;

  return {
    element: h('li', { class: 'card worker', data: { index } },
      h('header', {}, h('h3', {}, `Worker ${index}`), state),
      slots, h('p', { class: 'slots-text' }, inUse),
      h('dl', { class: 'facts' },
        h('div', {}, h('dt', {}, 'pid'), pid),
        h('div', {}, h('dt', {}, 'backend'), backend),
        h('div', {}, h('dt', {}, 'memory'), memory),
        h('div', {}, h('dt', {}, 'restarts'), restarts),
        h('div', { title: 'Of all invocations since the start' }, h('dt', {}, 'share'), share))),
    update(worker, placed) {
      setText(state, worker.state);
      this.element.dataset.state = worker.state;
      this.element.dataset.pid = worker.pid;
      setText(pid, worker.pid || '–');
      setText(backend, worker.backend);
      setText(memory, worker.memoryBytes ? format.bytes(worker.memoryBytes) : '–');
      setText(restarts, worker.restarts);
      restarts.className = worker.restarts > 0 ? 'warn' : '';
      setText(share, placed > 0 ? `${format.percent(worker.placed / placed)} %` : '–');
      setText(inUse, `${worker.busy} of ${worker.slots} slots in use`);
      fill(slots, worker);
      if (last && last.pid !== worker.pid && worker.state === 'ready') notify(`Worker ${index} was replaced: it is pid ${worker.pid} now.`, 'warn');
      if (!last || worker.state === 'ready') last = worker;
    },
  };
}

function fill(slots, { slots: total, busy }) {
  if (total > mostCells) {
    if (!slots.querySelector('progress')) slots.replaceChildren(h('progress', { max: total }));
    slots.firstChild.value = busy;
    return;
  }
  while (slots.children.length > total) slots.lastChild.remove();
  while (slots.children.length < total) slots.append(h('i'));
  [...slots.children].forEach((cell, at) => cell.classList.toggle('busy', at < busy));
}
