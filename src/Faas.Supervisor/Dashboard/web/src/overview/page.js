import { errorChart, latencyChart, rateChart } from '../charts/standard.js';
import { h } from '../lib/dom.js';
import { live, onFunctions, onTick } from '../lib/live.js';
import { figures } from './figures.js';
import { busiest } from './busiest.js';
import { scheduling } from './scheduling.js';
import { workers } from './workers.js';

/** Everything at a glance. */
export function overviewPage() {
  const strip = figures();
  const charts = [rateChart(), latencyChart(), errorChart()];
  const pool = workers();
  const top = busiest();
  const strategy = scheduling();
  const welcome = h('section', { class: 'card welcome', hidden: true, aria: { label: 'First steps' } },
    h('div', {},
      h('h2', {}, 'No function yet'),
      h('p', { class: 'muted' }, 'Write one here, in nine languages; it is compiled, sandboxed and answers in the time of a blink, or well below.')),
    h('a', { class: 'button primary', href: '#/editor' }, 'Write a function'));

  const stop = [
    onTick(({ tick, past }) => {
      strip.update(tick);
      charts.forEach((chart) => chart.update(past));
      pool.update(tick);
      top.update(tick);
      strategy.update(tick);
    }),
    onFunctions((functions) => (welcome.hidden = functions.length > 0)),
  ];
  if (!live.tick) charts.forEach((chart) => chart.update(live.past));

  return {
    title: 'Overview',
    element: h('div', { class: 'page' },
      h('h1', { class: 'sr-only' }, 'Overview'), welcome, strip.element,
      h('div', { class: 'charts' }, charts.map(({ element }) => element)),
      h('div', { class: 'split' }, h('div', { class: 'stack' }, pool.element, top.element), strategy.element)),
    end() {
      stop.forEach((end) => end());
      charts.forEach((chart) => chart.end());
    },
  };
}
