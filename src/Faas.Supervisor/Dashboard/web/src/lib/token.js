import { h } from './dom.js';

const key = 'minifaas-token';
let asking;

export const token = () => sessionStorage.getItem(key);
export const forget = () => sessionStorage.removeItem(key);
export const authorization = () => (token() ? { Authorization: `Bearer ${token()}` } : {});

/** Asks for a token, once however many requests were refused; resolves when there is one. */
export function ask(reason) {
  asking ??= new Promise((resolve) => {
    const input = h('input', { type: 'password', id: 'token', autocomplete: 'off', spellcheck: false, required: true });
    const dialog = h('dialog', { class: 'dialog', aria: { labelledby: 'token-title' } },
      h('form', {
        onsubmit(event) {
          event.preventDefault();
          if (!input.value.trim()) return;
          sessionStorage.setItem(key, input.value.trim());
          dialog.close();
          dialog.remove();
          asking = undefined;
          resolve();
        },
      },
      h('h2', { id: 'token-title' }, 'This server asks for a token'),
      h('p', { class: 'muted' }, reason),
      h('label', { for: 'token' }, 'Token'),
      input,
      h('p', { class: 'hint' }, 'Kept in this tab until it is closed. ', h('code', {}, 'minifaas token new NAME --scopes invoke,deploy'), ' makes one; switching the strategy needs the scope admin.'),
      h('div', { class: 'actions' }, h('button', { class: 'primary', type: 'submit' }, 'Continue'))));
    dialog.addEventListener('cancel', (event) => event.preventDefault()); // nothing is behind it to go back to
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
  return asking;
}
