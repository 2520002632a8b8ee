import { h } from './dom.js';

const shownFor = 6000;

/** Says something to everyone: on the screen for some seconds, and to screen readers. */
export function notify(text, kind = 'good') {
  const toast = h('div', { class: 'toast', data: { kind } }, text);
  const area = document.getElementById('toasts');
  area.append(toast);
  while (area.children.length > 3) area.firstChild.remove();
  setTimeout(() => toast.remove(), kind === 'bad' ? shownFor * 2 : shownFor);
}

/** Asks before something that cannot be undone. */
export function confirm(title, text, action) {
  return new Promise((resolve) => {
    const close = (answer) => () => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const dialog = h('dialog', { class: 'dialog', aria: { label: title } },
      h('h2', {}, title), h('p', { class: 'muted' }, text),
      h('div', { class: 'actions' },
        h('button', { onclick: close(false) }, 'Cancel'),
        h('button', { class: 'danger', onclick: close(true) }, action)));
    dialog.addEventListener('cancel', close(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
