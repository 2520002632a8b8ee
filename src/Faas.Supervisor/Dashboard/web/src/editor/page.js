import { get, path, send } from '../lib/api.js';
import { h, newId } from '../lib/dom.js';
import * as format from '../lib/format.js';
import { live, reloadFunctions } from '../lib/live.js';
import { notify } from '../lib/notify.js';
import { diagnosticList, parse } from './diagnostics.js';
import { failed, succeeded } from './result.js';
import { languages, sampleInput } from './starters.js';

// What was being written when the page was left, per tab.
const draftKey = 'minifaas-draft';

function field(label, control, hint) {
  control.id = newId('field');
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, hint && h('span', { class: 'hint' }, hint));
}

function freeName(wanted) {
  const taken = new Set(live.functions.map((entry) => entry.name));
  for (let number = 1; ; number++) {
    const free = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(free)) return free;
  }
}

/** Write, deploy, invoke. With a name: that function's present source. */
export function editorPage(name) {
  const nameInput = h('input', { value: name ?? 'hello', pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]{0,63}', maxLength: 64, required: true, spellcheck: false, autocomplete: 'off', oninput() {
    named = true;
    changed();
  } });
  const language = h('select', { onchange: () => startWith(language.value) },
    Object.entries(languages).map(([value, { label }]) => h('option', { value }, label)));
  const timeout = h('input', { type: 'number', min: 1, placeholder: 'default', inputMode: 'numeric', oninput: changed });
  const memory = h('input', { type: 'number', min: 1, max: 4096, placeholder: 'default', inputMode: 'numeric', oninput: changed });
  const input = h('textarea', { rows: 4, spellcheck: false, class: 'mono' });
  const deployButton = h('button', { class: 'primary', type: 'submit', disabled: true, title: 'Ctrl+S' }, 'Deploy');
  const invokeButton = h('button', { class: 'primary', type: 'button', disabled: true, title: 'Ctrl+Enter', onclick: invoke }, 'Invoke');
  const state = h('span', { class: 'deploy-state muted', role: 'status', aria: { live: 'polite' } });
  const problems = h('div', { role: 'region', aria: { label: 'Compiler diagnostics', live: 'polite' }, hidden: true });
  const result = h('div', { class: 'results', aria: { live: 'polite' } },
    h('p', { class: 'empty' }, 'The output appears here, and where the time went.'));
  const host = h('div', { class: 'code' });

  let editor; // from when its code has been loaded
  let named = false; // by hand
  let pristine = true; // nothing typed: another language may bring its own starter
  let deployed = Boolean(name); // what is in the editor is what the name means
  let ended = false;
  let setting = false;

  function changed() {
    if (setting || !editor) return;
    deployed = false;
    pristine = false;
    announce();
    keepDraft();
  }

  // Says before the fact that a name is taken.
  function announce() {
    const present = live.functions.find((entry) => entry.name === nameInput.value);
    state.textContent = deployed ? '' : present ? `becomes version ${present.version + 1} of ${present.name}` : 'not deployed yet';
  }

  function keepDraft() {
    if (editor) sessionStorage.setItem(draftKey, JSON.stringify({ name: nameInput.value, language: language.value, code: editor.text, input: input.value }));
  }

  function set(text, lang, sample) {
    setting = true;
    language.value = lang;
    editor.text = text;
    editor.setLanguage(lang);
    editor.show([]);
    problems.hidden = true;
    if (sample !== undefined) input.value = sample;
    setting = false;
  }

  function startWith(lang) {
    if (!editor) return;
    deployed = false;
    if (!pristine && editor.text.trim() !== '' && !Object.values(languages).some(({ code }) => code === editor.text)) {
      editor.setLanguage(lang);
      changed();
      return;
    }
    set(languages[lang].code, lang, languages[lang].input ?? sampleInput);
    announce();
    pristine = true;
  }

  async function deploy() {
    if (!editor || !nameInput.reportValidity() || !timeout.reportValidity() || !memory.reportValidity()) return false;
    const started = performance.now();
    deployButton.disabled = invokeButton.disabled = true;
    state.textContent = `building ${languages[language.value].label}…`;
    try {
      const { data } = await send(path('/deploy', { name: nameInput.value, lang: language.value, timeout: timeout.value, memory: memory.value }), {
        method: 'POST',
        body: editor.text,
      });
      const seconds = (performance.now() - started) * 1000;
      state.textContent = `${data.name} is version ${data.version}, deployed in ${format.durationText(seconds)}`;
      deployed = true;
      editor.show([]);
      problems.hidden = true;
      reloadFunctions();
      return true;
    } catch (error) {
      const text = error.data?.diagnostics ?? error.message;
      const places = parse(text);
      editor.show(places);
      state.textContent = error.code === 'compile_failed' ? 'it does not compile' : 'not deployed';
      problems.replaceChildren(
        h('h2', {}, error.code === 'compile_failed' ? `${places.filter(({ severity }) => severity === 'error').length || 'Some'} to repair` : error.code),
        error.data?.diagnostics ? diagnosticList(places, text, editor.goTo) : h('p', {}, error.message));
      problems.hidden = false;
      return false;
    } finally {
      deployButton.disabled = invokeButton.disabled = false;
    }
  }

  async function invoke() {
    if (!editor || (!deployed && !await deploy())) return;
    invokeButton.disabled = true;
    try {
      result.replaceChildren(succeeded(await send(path('/invoke', { fn: nameInput.value }), { method: 'POST', body: input.value })));
    } catch (error) {
      result.replaceChildren(failed(error));
    } finally {
      invokeButton.disabled = false;
    }
  }

  const onkey = (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === 's') {
      event.preventDefault();
      deploy();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      invoke();
    }
  };
  document.addEventListener('keydown', onkey);

  (async () => {
    const { createEditor } = await import('./code.js');
    if (ended) return;
    editor = createEditor({ parent: host, label: 'Source code', onchange: changed });
    deployButton.disabled = invokeButton.disabled = false;
    if (name) {
      try {
        const entry = await get(`/function/${encodeURIComponent(name)}`);
        if (entry.code === undefined) notify(`${name} is not text: it cannot be edited here.`, 'warn');
        set(entry.code ?? '', entry.lang, '');
        state.textContent = `version ${entry.version}`;
      } catch (error) {
        notify(error.message, 'bad');
        startWith('js');
      }
      pristine = false;
      return;
    }
    const draft = JSON.parse(sessionStorage.getItem(draftKey) ?? 'null');
    if (draft && languages[draft.language] && !named && language.value === 'js') {
      set(draft.code, draft.language, draft.input);
      nameInput.value = draft.name;
      pristine = draft.code === languages[draft.language].code;
    } else {
      if (!live.functions.loaded) await reloadFunctions();
      if (!named) nameInput.value = freeName('hello');
      startWith(language.value);
    }
  })();

  return {
    title: name ? `Edit ${name}` : 'Editor',
    element: h('div', { class: 'page editor-page' },
      h('h1', { class: 'sr-only' }, 'Editor'),
      h('form', { class: 'card toolbar', aria: { label: 'Function' }, noValidate: true, onsubmit(event) {
        event.preventDefault();
        deploy();
      } },
      field('Name', nameInput), field('Language', language), field('Timeout, ms', timeout), field('Memory, MiB', memory),
      h('div', { class: 'toolbar-end' }, state, deployButton)),
      h('div', { class: 'editor-grid' },
        h('section', { class: 'card code-card', aria: { label: 'Source' } }, host, problems),
        h('section', { class: 'card run-card', aria: { label: 'Invoke' } },
          field('Input', input),
          h('div', { class: 'run-actions' }, invokeButton, h('span', { class: 'hint' }, h('kbd', {}, 'Ctrl'), ' + ', h('kbd', {}, 'Enter'), ' deploys what changed, then invokes')),
          result))),
    end() {
      ended = true;
      keepDraft();
      document.removeEventListener('keydown', onkey);
      editor?.destroy();
    },
  };
}
