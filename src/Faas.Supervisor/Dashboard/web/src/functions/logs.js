import { h } from '../lib/dom.js';
import { follow } from '../lib/stream.js';

const mostLines = 500;

/** The end of a function's log, as it grows. */
export function logTail(name) {
  let held = [];
  let paused = false;
  const empty = h('p', { class: 'empty' }, 'Nothing yet: standard error and failures appear here as they come.');
  const lines = h('ol', { class: 'log', tabIndex: 0, aria: { label: `Log of ${name}` } });
  const pause = h('button', { class: 'small', aria: { pressed: 'false' }, onclick: () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'Go on' : 'Pause';
    if (!paused) {
      held.forEach(add);
      held = [];
    }
  } }, 'Pause');

  function add(entry) {
    empty.hidden = true;
    const atEnd = lines.scrollTop + lines.clientHeight > lines.scrollHeight - 30;
    lines.append(h('li', { data: { status: entry.status === 'ok' ? 'ok' : 'bad' } },
      h('header', {},
        h('time', { dateTime: entry.time, title: entry.time }, entry.time.slice(11, 23)),
        h('span', { class: 'badge', data: { kind: entry.status === 'ok' ? '' : 'bad' } }, entry.status),
        h('span', { class: 'muted' }, `v${entry.version}${entry.worker === undefined ? '' : ` · worker ${entry.worker}`}`)),
      entry.message && h('p', {}, entry.message),
      entry.stderr && h('pre', {}, entry.stderr.trimEnd())));
    while (lines.children.length > mostLines) lines.firstChild.remove();
    if (atEnd) lines.scrollTop = lines.scrollHeight;
  }

  const end = follow(`/function/${encodeURIComponent(name)}/logs?follow=1&tail=100`, {
    onstate(state) {
      if (state === 'live') {
        lines.replaceChildren(); // the tail comes again
        empty.hidden = false;
      }
    },
    onevent(_, entry) {
      if (paused) held = [...held, entry].slice(-mostLines);
      else add(entry);
    },
  });
  return {
    element: h('section', { aria: { labelledby: 'log-title' } },
      h('header', { class: 'section-head' }, h('h2', { id: 'log-title' }, 'Log'), pause),
      h('div', { class: 'card log-card' }, empty, lines)),
    end,
  };
}
