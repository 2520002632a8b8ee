import { h, setText } from '../lib/dom.js';
import * as format from '../lib/format.js';
import { link } from '../functions/table.js';

const most = 5;

/** The functions with the most calls in this second. */
export function busiest() {
  const rows = Array.from({ length: most }, () => {
    const name = h('a', {});
    const [rate, errors, p50, p99] = ['number', 'number', 'number wide-only', 'number'].map((kind) => h('td', { class: kind }));
    return { name, rate, errors, p50, p99, element: h('tr', { hidden: true }, h('th', { scope: 'row' }, name), rate, errors, p50, p99) };
  });
  const empty = h('p', { class: 'empty' }, 'Nothing is called at the moment.');
  return {
    element: h('section', { aria: { labelledby: 'busiest-title' } },
      h('header', { class: 'section-head' }, h('h2', { id: 'busiest-title' }, 'Busiest functions')),
      h('div', { class: 'card table-card' },
        h('table', { class: 'functions busiest' },
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Name'), h('th', { scope: 'col', class: 'number' }, 'Requests/s'),
            h('th', { scope: 'col', class: 'number' }, 'Errors'), h('th', { scope: 'col', class: 'number wide-only' }, 'p50'), h('th', { scope: 'col', class: 'number' }, 'p99'))),
          h('tbody', {}, rows.map(({ element }) => element))), empty)),
    update({ functions }) {
      const top = [...functions].sort((a, b) => b.rate - a.rate).slice(0, most);
      empty.hidden = top.length > 0;
      rows.forEach(({ name, rate, errors, p50, p99, element }, at) => {
        const sample = top[at];
        element.hidden = !sample;
        if (!sample) return;
        setText(name, sample.name);
        if (name.getAttribute('href') !== link(sample.name)) name.setAttribute('href', link(sample.name));
        setText(rate, format.rate(sample.rate));
        setText(errors, `${format.percent(sample.failures / sample.rate)} %`);
        errors.classList.toggle('bad', sample.failures > 0);
        setText(p50, format.durationText(sample.p50));
        setText(p99, format.durationText(sample.p99));
      });
    },
  };
}
