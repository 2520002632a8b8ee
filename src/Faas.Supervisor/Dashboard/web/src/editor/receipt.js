import { h } from '../lib/dom.js';
import * as format from '../lib/format.js';

const parts = {
  queue: 'waited for a slot',
  send: 'to the worker and back',
  load: 'made the function ready',
  run: 'ran it',
};

/** Server-Timing (W3C) as { name: { dur, desc } }. */
export function parseTiming(header) {
  return Object.fromEntries((header ?? '').split(',').map((entry) => {
    const [name, ...parameters] = entry.trim().split(';');
    return [name, Object.fromEntries(parameters.map((parameter) => parameter.trim().split('=')))];
  }));
}

/** Where an invocation spent its time, as a bar. */
export function receipt(headers) {
  const timing = parseTiming(headers.get('Server-Timing'));
  const micros = (name) => Number(timing[name]?.dur ?? 0) * 1000;
  const bar = h('div', { class: 'receipt-bar', aria: { hidden: true } }, Object.keys(parts).map((name) => {
    const part = h('i', { class: `part-${name}` });
    part.style.flexGrow = String(micros(name));
    return part;
  }));
  const start = { warm: 'warm', cached: 'from the cache', cold: 'cold' }[timing.start?.desc] ?? timing.start?.desc;
  return h('section', { class: 'receipt', aria: { label: 'Receipt' } },
    h('p', { class: 'receipt-head' }, h('b', { id: 'receipt-total' }, format.durationText(micros('total'))), ' in the server',
      h('span', { class: 'muted' }, ` · worker ${headers.get('X-Faas-Worker')} · start ${start} · picked by ${timing.pick?.desc}`)),
    bar,
    h('dl', { class: 'receipt-parts' }, Object.entries(parts).map(([name, text]) => h('div', { title: text },
      h('dt', {}, h('i', { class: `part-${name}` }), name), h('dd', {}, format.durationText(micros(name)))))),
    h('p', { class: 'muted mono small-text' }, headers.get('X-Faas-Invocation')));
}
