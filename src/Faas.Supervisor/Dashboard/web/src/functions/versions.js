import { get, path, post } from '../lib/api.js';
import { h } from '../lib/dom.js';
import * as format from '../lib/format.js';
import { reloadFunctions } from '../lib/live.js';
import { notify } from '../lib/notify.js';

/** What a name meant before, newest first, and the way back. */
export function versionTable(name) {
  const at = `/function/${encodeURIComponent(name)}`;
  const body = h('tbody');

  async function rollBack(version) {
    try {
      await post(path(`${at}/rollback`, { to: version.id }));
      notify(`${name} is version ${version.version} again, until the next deploy.`);
      await reloadFunctions();
    } catch (error) {
      notify(error.message, 'bad');
    }
  }

  function useButton(version, versions) {
    const text = version.version < versions.find(({ current }) => current)?.version ? 'Roll back' : 'Use';
    return h('button', { class: 'small', onclick: () => rollBack(version), aria: { label: `${text}${text === 'Use' ? '' : ' to'} version ${version.version}` } }, text);
  }

  return {
    element: h('section', { aria: { labelledby: 'versions-title' } },
      h('header', { class: 'section-head' }, h('h2', { id: 'versions-title' }, 'Versions')),
      h('div', { class: 'card table-card' },
        h('table', { class: 'versions' },
          h('thead', {}, h('tr', {},
            h('th', { scope: 'col', class: 'number' }, 'Version'), h('th', { scope: 'col' }, 'Deployed'), h('th', { scope: 'col', class: 'number wide-only' }, 'Source'),
            h('th', { scope: 'col', class: 'number wide-only' }, 'Built in'), h('th', { scope: 'col' }, h('span', { class: 'sr-only' }, 'Use')))),
          body))),
    async load() {
      const { versions } = await get(`${at}/versions`).catch(() => ({ versions: [] }));
      body.replaceChildren(...versions.reverse().map((version) => h('tr', { data: { version: version.version } },
        h('th', { scope: 'row', class: 'number', title: version.id }, version.version),
        h('td', {}, format.date(version.created)),
        h('td', { class: 'number wide-only' }, format.bytes(version.bytes)),
        h('td', { class: 'number wide-only' }, version.compileMs ? format.durationText(version.compileMs * 1000) : '–'),
        h('td', { class: 'end' }, version.current
          ? h('span', { class: 'badge', data: { kind: 'good' } }, 'in use')
          : useButton(version, versions)))));
    },
  };
}
