import { h, setText } from '../lib/dom.js';
import * as format from '../lib/format.js';
import { onFunctions, onTick } from '../lib/live.js';

export const link = (name) => `#/functions/${encodeURIComponent(name)}`;

/** Every function, and what it does this second. */
export function functionTable() {
  const rows = new Map();
  const search = h('input', { type: 'search', id: 'search', placeholder: 'name or language', autocomplete: 'off', spellcheck: false, oninput: () => filter() });
  const count = h('span', { class: 'count', role: 'status' });
  const body = h('tbody');
  const empty = h('p', { class: 'empty', hidden: true });

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, text } of rows.values()) {
      element.hidden = !words.every((word) => text.includes(word));
      shown += element.hidden ? 0 : 1;
    }
    setText(count, words.length ? `${shown} of ${rows.size}` : `${rows.size}`);
    empty.hidden = shown > 0;
    setText(empty, rows.size ? 'No function matches.' : 'No function yet.');
  }

  // As in the tools that people know: a slash goes to the search.
  const onkey = (event) => {
    if (event.key === '/' && !event.target.closest('input, textarea, select, [contenteditable]')) {
      event.preventDefault();
      search.focus();
    }
  };
  document.addEventListener('keydown', onkey);

  const stop = [
    onFunctions((functions) => {
      const left = new Set(rows.keys());
      for (const entry of functions) {
        left.delete(entry.name);
        let row = rows.get(entry.name);
        if (!row) rows.set(entry.name, (row = functionRow(entry)));
        row.set(entry);
        body.append(row.element);
      }
      for (const name of left) {
        rows.get(name).element.remove();
        rows.delete(name);
      }
      filter();
    }),
    onTick(({ tick }) => {
      const active = new Map(tick.functions.map((entry) => [entry.name, entry]));
      for (const [name, row] of rows) row.tick(active.get(name));
    }),
  ];

  return {
    element: h('section', { aria: { labelledby: 'functions-title' } },
      h('header', { class: 'section-head page-head' },
        h('h1', { id: 'functions-title' }, 'Functions'), count,
        h('div', { class: 'search' }, h('label', { for: 'search', class: 'sr-only' }, 'Search functions'), search, h('kbd', { aria: { hidden: true } }, '/')),
        h('a', { class: 'button primary', href: '#/editor' }, 'New function')),
      h('div', { class: 'card table-card' },
        h('table', { class: 'functions' },
          h('thead', {}, h('tr', {},
            h('th', { scope: 'col' }, 'Name'), h('th', { scope: 'col' }, 'Language'), h('th', { scope: 'col', class: 'number wide-only' }, 'Version'),
            h('th', { scope: 'col', class: 'number' }, 'Requests/s'), h('th', { scope: 'col', class: 'number wide-only' }, 'Errors'),
            h('th', { scope: 'col', class: 'number wide-only' }, 'p50'), h('th', { scope: 'col', class: 'number' }, 'p99'),
            h('th', { scope: 'col', class: 'number wide-only' }, 'Source'))),
          body), empty)),
    end() {
      stop.forEach((end) => end());
      document.removeEventListener('keydown', onkey);
    },
  };
}

function functionRow({ name }) {
  const [language, version, rate, errors, p50, p99, size] = [
    h('td', {}), h('td', { class: 'number wide-only' }), h('td', { class: 'number' }), h('td', { class: 'number wide-only' }),
    h('td', { class: 'number wide-only' }), h('td', { class: 'number' }), h('td', { class: 'number wide-only muted' }),
  ];
  return {
    text: '',
    element: h('tr', { data: { name } },
      h('th', { scope: 'row' }, h('a', { href: link(name) }, name)), language, version, rate, errors, p50, p99, size),
    set(entry) {
      this.text = `${entry.name} ${entry.lang}`.toLowerCase();
      language.replaceChildren(h('span', { class: 'lang', data: { lang: entry.lang } }, entry.lang));
      setText(version, entry.version);
      setText(size, format.bytes(entry.bytes));
    },
    tick(sample) {
      this.element.classList.toggle('active', Boolean(sample));
      setText(rate, sample ? format.rate(sample.rate) : '·');
      setText(errors, sample ? `${format.percent(sample.failures / sample.rate)} %` : '·');
      errors.classList.toggle('bad', Boolean(sample?.failures));
      setText(p50, sample ? format.durationText(sample.p50) : '·');
      setText(p99, sample ? format.durationText(sample.p99) : '·');
    },
  };
}
