import { h } from '../lib/dom.js';
import { detailPage } from './detail.js';
import { functionTable } from './table.js';

/** All functions, or one of them. */
export function functionsPage(name) {
  if (name) return detailPage(name);
  const table = functionTable();
  return {
    title: 'Functions',
    element: h('div', { class: 'page' }, table.element),
    end: table.end,
  };
}
