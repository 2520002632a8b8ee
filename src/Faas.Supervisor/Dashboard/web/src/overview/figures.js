import { h, setText } from '../lib/dom.js';
import * as format from '../lib/format.js';

function figure(label, id, hint) {
  const value = h('span', { class: 'figure-value' }, '–');
  const unit = h('span', { class: 'figure-unit' });
  return {
    element: h('div', { class: 'figure', id, title: hint }, h('dt', {}, label), h('dd', {}, value, ' ', unit)),
    set(text, unitText = '', level = '') {
      setText(value, text);
      setText(unit, unitText);
      this.element.dataset.level = level;
    },
  };
}

/** The numbers of this second. */
export function figures() {
  const rate = figure('Requests', 'figure-rate', 'Invocations that ended in the last second');
  const errors = figure('Errors', 'figure-errors', 'Failed and refused ones among them');
  const p50 = figure('Median', 'figure-p50', 'Half of them took no longer, queue included');
  const p95 = figure('p95', 'figure-p95', '95 of 100 took no longer');
  const p99 = figure('p99', 'figure-p99', '99 of 100 took no longer');
  const running = figure('Slots in use', 'figure-running', 'Invocations that run now, of those that can');
  const queued = figure('Queue', 'figure-queue', 'Invocations that wait for a slot, of those that may');
  return {
    element: h('dl', { class: 'card figures', aria: { label: 'This second' } },
      [rate, errors, p50, p95, p99, running, queued].map(({ element }) => element)),
    update(tick) {
      const share = tick.rate > 0 ? tick.failures / tick.rate : 0;
      rate.set(format.rate(tick.rate), '/ s');
      errors.set(format.percent(share), '%', share > 0 ? 'bad' : '');
      p50.set(...format.duration(tick.p50));
      p95.set(...format.duration(tick.p95));
      p99.set(...format.duration(tick.p99));
      const slots = tick.workers.reduce((sum, worker) => sum + (worker.state === 'ready' ? worker.slots : 0), 0);
      running.set(format.whole(tick.running), `of ${slots}`);
      queued.set(format.whole(tick.queued), `of ${format.whole(tick.queueMax)}`, tick.queued > tick.queueMax / 2 ? 'bad' : tick.queued > 0 ? 'warn' : '');
    },
  };
}
