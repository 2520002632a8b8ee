import * as format from '../lib/format.js';
import { chart } from './chart.js';

const upFromZero = (least) => (_, max) => [0, Math.max((max ?? 0) * 1.15, least)];

export const rateChart = () => chart({
  title: 'Requests per second',
  series: [
    { name: 'all', column: 'rate', color: '--accent', fill: '--accent-fill' },
    { name: 'failed', column: 'failures', color: '--bad', fill: '--bad-fill' },
  ],
  format: format.rate,
  range: upFromZero(4),
});

export const latencyChart = () => chart({
  title: 'Latency',
  series: [
    { name: 'p50', column: 'p50', color: '--series-1' },
    { name: 'p95', column: 'p95', color: '--series-2' },
    { name: 'p99', column: 'p99', color: '--series-3' },
  ],
  format: format.durationText,
  log: true,
  range: (min, max) => (min === null || min === undefined
    ? [10, 100_000]
    : [10 ** Math.floor(Math.log10(Math.max(min, 1))), 10 ** Math.ceil(Math.log10(Math.max(max, 1) * 1.1))]),
});

export const errorChart = () => chart({
  title: 'Error rate',
  series: [{
    name: 'errors',
    color: '--bad',
    fill: '--bad-fill',
    value: ({ rate, failures }) => rate.map((all, row) => (all > 0 ? failures[row] / all : 0)),
  }],
  format: (share) => `${format.percent(share)} %`,
  range: upFromZero(0.05),
});
