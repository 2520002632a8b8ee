import { h } from '../lib/dom.js';

// FILE:LINE:COLUMN: KIND: MESSAGE (clang), the same without KIND (go).
const oneLine = /^(?:\.\/)?[\w.-]+\.\w+:(\d+)(?::(\d+))?: (?:(fatal error|error|warning|note): )?(.*)$/;
// KIND[CODE]: MESSAGE, then an arrow with the place (rustc).
const rustHead = /^(error|warning)(?:\[\w+\])?: (.*)$/;
const rustPlace = /^\s*--> [\w./-]+:(\d+):(\d+)$/;

/** The places in a compiler's words: [{ line, column, severity, message }], counted from 1. */
export function parse(text) {
  const problems = [];
  let head;
  for (const line of text.split('\n')) {
    let match;
    if ((match = oneLine.exec(line))) {
      const [, row, column, kind = 'error', message] = match;
      problems.push({ line: Number(row), column: Number(column ?? 1), severity: kind === 'warning' ? 'warning' : kind === 'note' ? 'info' : 'error', message });
    } else if ((match = rustHead.exec(line))) {
      head = { severity: match[1], message: match[2] };
    } else if (head && (match = rustPlace.exec(line))) {
      problems.push({ line: Number(match[1]), column: Number(match[2]), ...head });
      head = undefined;
    }
  }
  return problems;
}

/** A list of them; each leads to its place. */
export function diagnosticList(problems, text, goTo) {
  return h('div', { class: 'diagnostics' },
    problems.length > 0 && h('ul', {}, problems.map(({ line, column, severity, message }) => h('li', { data: { severity } },
      h('button', { type: 'button', onclick: () => goTo(line, column) }, h('span', { class: 'place' }, `${line}:${column}`), h('span', {}, message))))),
    h('details', { open: problems.length === 0 }, h('summary', {}, 'All the compiler said'), h('pre', { tabIndex: 0 }, text)));
}
