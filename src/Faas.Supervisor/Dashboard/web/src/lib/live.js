import { get } from './api.js';
import { follow } from './stream.js';

const seconds = 300;
const columns = ['time', 'rate', 'failures', 'p50', 'p95', 'p99'];
const listeners = new Set();
const listListeners = new Set();

/** What the server said last, and the last five minutes of it. */
export const live = { state: 'connecting', past: empty(), tick: null, functions: [] };

function empty() {
  return Object.fromEntries([...columns, 'queued', 'running'].map((name) => [name, []]));
}

/** Calls back at once and after each second; returns a function that ends it. */
export function onTick(listener) {
  listeners.add(listener);
  if (live.tick) listener(live);
  return () => listeners.delete(listener);
}

/** Calls back when functions were deployed, rolled back or deleted, by whomever; and at once when they are known. */
export function onFunctions(listener) {
  listListeners.add(listener);
  if (live.functions.loaded) listener(live.functions);
  return () => listListeners.delete(listener);
}

let loading;
export function reloadFunctions() {
  loading ??= get('/functions').then(({ functions }) => {
    live.functions = functions.sort((a, b) => a.name.localeCompare(b.name));
    live.functions.loaded = true;
    listListeners.forEach((listener) => listener(live.functions));
  }).catch(() => {}).finally(() => (loading = undefined));
  return loading;
}

export function startLive(onstate) {
  let revision;
  follow('/events', {
    onstate(state, reason) {
      live.state = state;
      onstate(state, reason);
    },
    onevent(name, data) {
      if (name === 'past') {
        live.past = data;
        return;
      }
      for (const column of Object.keys(live.past)) {
        live.past[column].push(data[column]);
        if (live.past[column].length > seconds) live.past[column].shift();
      }
      live.tick = data;
      if (data.revision !== revision) {
        revision = data.revision;
        reloadFunctions();
      }
      listeners.forEach((listener) => listener(live));
    },
  });
}

/** One function's columns on the same seconds as the whole server's. */
export class FunctionPast {
  #samples = new Map();

  constructor(name) {
    this.name = name;
  }

  async load() {
    const past = await get(`/function/${encodeURIComponent(this.name)}/activity`);
    past.time.forEach((time, row) => this.#samples.set(time, Object.fromEntries(columns.map((column) => [column, past[column][row]]))));
  }

  add(tick) {
    const sample = tick.functions.find((entry) => entry.name === this.name);
    if (sample) this.#samples.set(tick.time, sample);
    for (const time of this.#samples.keys()) {
      if (time < tick.time - seconds) this.#samples.delete(time);
      else break;
    }
    return sample;
  }

  columns() {
    const idle = { rate: 0, failures: 0, p50: null, p95: null, p99: null };
    const rows = live.past.time.map((time) => this.#samples.get(time) ?? idle);
    return { time: live.past.time, ...Object.fromEntries(columns.slice(1).map((column) => [column, rows.map((row) => row[column])])) };
  }
}
