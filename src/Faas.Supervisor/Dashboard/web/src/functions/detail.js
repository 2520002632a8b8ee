import { latencyChart, rateChart } from '../charts/standard.js';
import { get, send } from '../lib/api.js';
import { h } from '../lib/dom.js';
import * as format from '../lib/format.js';
import { FunctionPast, live, onFunctions, onTick, reloadFunctions } from '../lib/live.js';
import { confirm, notify } from '../lib/notify.js';
import { token } from '../lib/token.js';
import { logTail } from './logs.js';
import { versionTable } from './versions.js';

/** One function: what it does, its versions, its log. */
export function detailPage(name) {
  const at = `/function/${encodeURIComponent(name)}`;
  const charts = [rateChart(), latencyChart()];
  const past = new FunctionPast(name);
  const versions = versionTable(name);
  const logs = logTail(name);
  const about = h('p', { class: 'about muted' });
  const missing = h('p', { class: 'empty', hidden: true }, `There is no function ${name}. `, h('a', { href: '#/functions' }, 'All functions'));
  const body = h('div', { class: 'stack' },
    h('div', { class: 'charts two' }, charts.map(({ element }) => element)),
    h('div', { class: 'split even' }, versions.element, logs.element));

  async function load() {
    try {
      const entry = await get(at);
      about.replaceChildren(
        h('span', { class: 'lang', data: { lang: entry.lang } }, entry.lang), ` version ${entry.version} · ${entry.wasm ? 'WebAssembly' : entry.lang === 'html' ? 'served as it is' : 'sandboxed process'} · ` +
        `timeout ${format.durationText(entry.timeoutMs * 1000)} · memory ${format.bytes(entry.memoryBytes)}${entry.concurrency ? ` · ${entry.concurrency} at a time` : ''}` +
        `${entry.env.length ? ` · env ${entry.env.join(', ')}` : ''}`);
      versions.load();
      missing.hidden = true;
      body.hidden = false;
    } catch (error) {
      if (error.status !== 404) return notify(error.message, 'bad');
      showMissing();
    }
  }

  function showMissing() {
    missing.hidden = false;
    body.hidden = true;
  }

  async function remove() {
    if (!await confirm(`Delete ${name}?`, 'All its versions and its log are removed. Calls that run finish.', 'Delete')) return;
    try {
      await send(at, { method: 'DELETE' });
      notify(`${name} was deleted.`);
      await reloadFunctions();
      location.hash = '#/functions';
    } catch (error) {
      notify(error.message, 'bad');
    }
  }

  // The list changes with each deploy and roll-back, by whomever.
  const stop = [
    onFunctions((functions) => (functions.some((entry) => entry.name === name) ? load() : showMissing())),
    onTick(({ tick }) => {
      past.add(tick);
      const columns = past.columns();
      charts.forEach((chart) => chart.update(columns));
    }),
  ];
  if (!live.functions.loaded) load();
  past.load().then(() => charts.forEach((chart) => chart.update(past.columns())), () => {});

  return {
    title: name,
    active: 'functions',
    element: h('div', { class: 'page' },
      h('header', { class: 'section-head page-head' },
        h('h1', {}, h('a', { href: '#/functions', class: 'crumb' }, 'Functions'), h('span', { class: 'crumb', aria: { hidden: true } }, ' / '), name),
        h('div', { class: 'actions' },
          h('a', { class: 'button primary', href: `#/editor/${encodeURIComponent(name)}` }, 'Edit and invoke'),
          // A page that the browser opens by itself carries no token.
          !token() && h('a', { class: 'button', href: `/fn/${encodeURIComponent(name)}/`, target: '_blank', rel: 'noopener noreferrer' }, 'Open /fn/'),
          h('button', { class: 'danger', onclick: remove }, 'Delete'))),
      about, missing, body),
    end() {
      stop.forEach((end) => end());
      charts.forEach((chart) => chart.end());
      logs.end();
    },
  };
}
