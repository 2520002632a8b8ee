import { h } from '../lib/dom.js';
import { receipt } from './receipt.js';

/** The answer to an invocation. */
export function succeeded({ data, response }) {
  const output = data.output ?? `${data.outputBase64} (Base64: it is not UTF-8)`;
  return h('div', { class: 'result', data: { kind: 'good' } },
    h('p', { class: 'result-head' }, h('span', { class: 'badge', data: { kind: 'good' } }, 'ok'), h('span', { class: 'muted' }, `${response.status}`)),
    h('pre', { id: 'output', tabIndex: 0, aria: { label: 'Output' } }, output === '' ? h('span', { class: 'muted' }, 'no output') : output),
    receipt(response.headers));
}

/** Why there is none. */
export function failed(error) {
  const { exitCode, stderr, output } = error.data ?? {};
  return h('div', { class: 'result', data: { kind: 'bad' } },
    h('p', { class: 'result-head' }, h('span', { class: 'badge', data: { kind: 'bad' } }, error.code), h('span', { class: 'muted' }, error.status || '')),
    h('p', {}, error.message),
    exitCode !== undefined && h('p', { class: 'muted' }, `exit code ${exitCode}`),
    output && h('pre', { tabIndex: 0, aria: { label: 'Output before it failed' } }, output),
    stderr && h('pre', { class: 'stderr', tabIndex: 0, aria: { label: 'Standard error' } }, stderr),
    error.response?.headers.has('Server-Timing') && receipt(error.response.headers));
}
