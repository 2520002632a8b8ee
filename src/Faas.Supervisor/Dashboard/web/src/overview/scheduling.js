import { path, post } from '../lib/api.js';
import { h, setText } from '../lib/dom.js';
import * as format from '../lib/format.js';
import { notify } from '../lib/notify.js';

const strategies = {
  RR: 'the next ready worker in turn',
  FIFO: 'the lowest-numbered worker with a free slot',
  WEIGHTED: 'smallest load for its weight',
  LEAST: 'fewest calls under way',
  P2C: 'the less loaded of two at random',
  HASH: 'one home per function, with bounded load',
};

/** The strategy, and how many wait for it. */
export function scheduling() {
  const radios = new Map();
  const options = Object.entries(strategies).map(([name, text]) => {
    const radio = h('input', {
      type: 'radio',
      name: 'strategy',
      value: name,
      async onchange() {
        try {
          const { strategy, previous } = await post(path('/strategy', { name }));
          notify(`The strategy is ${strategy} now, it was ${previous}.`);
        } catch (error) {
          notify(error.message, 'bad');
          changed = undefined;
        }
      },
    });
    radio.addEventListener('change', () => (changed = name));
    radios.set(name, radio);
    return h('label', { class: 'option' }, radio, h('span', {}, h('b', {}, name), h('small', {}, text)));
  });
  let changed; // until the server says so itself

  const queue = h('progress', { aria: { label: 'Calls that wait' } });
  const queueText = h('span', { class: 'count' });
  return {
    element: h('section', { aria: { labelledby: 'scheduling-title' } },
      h('header', { class: 'section-head' }, h('h2', { id: 'scheduling-title' }, 'Scheduling')),
      h('div', { class: 'card scheduling' },
        h('fieldset', { id: 'strategies' }, h('legend', {}, 'The next call goes to'), options),
        h('div', { class: 'queue' }, h('div', { class: 'queue-head' }, h('span', {}, 'Queue'), queueText), queue))),
    update(tick) {
      if (changed === tick.strategy) changed = undefined;
      if (!changed) radios.get(tick.strategy).checked = true;
      queue.max = Math.max(tick.queueMax, 1);
      queue.value = tick.queued;
      setText(queueText, `${format.whole(tick.queued)} of ${format.whole(tick.queueMax)}`);
    },
  };
}
