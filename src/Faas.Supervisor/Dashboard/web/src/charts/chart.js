import uPlot from 'uplot';
import { h } from '../lib/dom.js';
import { onTheme, style } from '../lib/theme.js';

const windowSeconds = 300;
const height = 168;
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/**
 * A card with a chart of the last five minutes.
 * @param series [{ name, column, color: '--custom-property', fill }]
 * @param format a value as text, for the legend, the axis and the description.
 */
export function chart({ title, series, format, range, log = false, wide = false }) {
  const values = series.map(({ name, color }) => {
    const value = h('b', {}, '–');
    const mark = h('i');
    mark.style.background = `var(${color})`;
    return { item: h('span', { class: 'legend-item' }, mark, series.length > 1 ? `${name} ` : '', value), value };
  });
  const time = h('span', { class: 'legend-time' });
  const plotArea = h('div', { class: 'plot', role: 'img' });
  const element = h('section', { class: wide ? 'card chart wide' : 'card chart', aria: { label: title } },
    h('header', {}, h('h2', {}, title), h('div', { class: 'legend' }, time, values.map(({ item }) => item))), plotArea);

  let data = [[], ...series.map(() => [])];
  let plot;

  const describe = (index) => {
    series.forEach(({ column }, at) => {
      const value = data[at + 1][index];
      values[at].value.textContent = value === null || value === undefined ? '–' : format(value, column);
    });
  };
  const axis = () => ({
    stroke: () => style('--muted'),
    grid: { stroke: () => style('--grid'), width: 1 },
    ticks: { show: false },
    font: '11px ui-sans-serif, system-ui, sans-serif',
  });
  const make = () => new uPlot({
    width: Math.max(plotArea.clientWidth, 120),
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: (_, __, max) => [(max ?? Date.now() / 1000) - windowSeconds + 1, max ?? Date.now() / 1000] },
      y: { distr: log ? 3 : 1, range: (_, min, max) => range(min, max) },
    },
    axes: [
      { ...axis(), size: 24, space: 50, incrs: [60, 120, 300], values: (_, ticks) => ticks.map((tick) => clock.format(tick * 1000).slice(0, 5)) },
      {
        ...axis(),
        size: 58,
        space: 32,
        ...(log ? { splits: (_, __, min, max) => powers(min, max) } : {}),
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : format(tick))),
      },
    ],
    series: [
      {},
      ...series.map(({ name, color, fill }) => ({
        label: name,
        width: 1.75,
        stroke: () => style(color),
        fill: fill ? () => style(fill) : undefined,
        points: { size: 4, fill: () => style(color) },
      })),
    ],
    hooks: {
      setCursor: [(self) => {
        const index = self.cursor.idx;
        const hovering = index !== null && index !== undefined && self.cursor.left >= 0;
        describe(hovering ? index : data[0].length - 1);
        time.textContent = hovering ? clock.format(data[0][index] * 1000) : '';
      }],
    },
  }, data, plotArea);

  // Its width is known once it is on the page; and changes with it.
  const observer = new ResizeObserver(() => {
    if (plotArea.clientWidth === 0) return;
    if (!plot) plot = make();
    else plot.setSize({ width: plotArea.clientWidth, height });
  });
  observer.observe(plotArea);
  const stop = new AbortController();
  onTheme(() => plot?.redraw(false), { signal: stop.signal });

  return {
    element,
    /** Columns by name, `time` among them. */
    update(columns) {
      data = [columns.time, ...series.map(({ column, value }) => (value ? value(columns) : columns[column]))];
      plot?.setData(data);
      const last = data[0].length - 1;
      if (!plot || plot.cursor.left < 0 || plot.cursor.idx === null || plot.cursor.idx === undefined) describe(last);
      const latest = series.map(({ name }, at) => `${name} ${data[at + 1][last] === null || last < 0 ? 'none' : format(data[at + 1][last])}`);
      plotArea.setAttribute('aria-label', `${title}, last five minutes. Now: ${latest.join(', ')}.`);
      plotArea.dataset.points = String(data[1].filter((value) => value).length);
    },
    end() {
      stop.abort();
      observer.disconnect();
      plot?.destroy();
    },
  };
}

function powers(min, max) {
  const splits = [];
  for (let power = Math.ceil(Math.log10(min) - 1e-9); 10 ** power <= max * 1.0001; power++) splits.push(10 ** power);
  return splits;
}
