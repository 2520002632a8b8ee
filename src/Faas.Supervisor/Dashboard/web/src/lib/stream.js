import { ApiError, request } from './api.js';

const firstPause = 500;
const longestPause = 8000;

/**
 * Follows server-sent events. EventSource cannot send an Authorization header; this can. Reconnects by itself, and lets the
 * connection go while the tab is hidden: a browser has six for a server, over all its tabs.
 * @returns a function that ends it.
 */
export function follow(path, { onevent, onstate = () => {} }) {
  let ended = false;
  let controller;
  let wake = () => {};

  const shown = () => {
    if (document.hidden) controller?.abort();
    else wake();
  };
  document.addEventListener('visibilitychange', shown);
  (async () => {
    let pause = firstPause;
    while (!ended) {
      if (document.hidden) {
        onstate('paused');
        await new Promise((resolve) => (wake = resolve));
        continue;
      }
      controller = new AbortController();
      try {
        const response = await request(path, { signal: controller.signal, headers: { Accept: 'text/event-stream' } });
        if (!response.ok) throw new ApiError(response.status, 'refused', (await response.json().catch(() => ({}))).message);
        onstate('live');
        pause = firstPause;
        await read(response.body, onevent);
      } catch (error) {
        if (error.name === 'AbortError') continue;
        if (error.code === 'refused' && error.status < 500) {
          onstate('refused', error.message);
          return;
        }
      }
      if (ended) return;
      onstate('reconnecting');
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, pause);
      });
      pause = Math.min(pause * 2, longestPause);
    }
  })();

  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', shown);
    controller?.abort();
    wake();
  };
}

async function read(body, onevent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (true) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    let end;
    while ((end = text.indexOf('\n\n')) >= 0) {
      const event = { name: 'message', data: '' };
      for (const line of text.slice(0, end).split('\n')) {
        if (line.startsWith('event: ')) event.name = line.slice(7);
        else if (line.startsWith('data: ')) event.data += line.slice(6);
      }
      text = text.slice(end + 2);
      if (event.data) onevent(event.name, JSON.parse(event.data));
    }
  }
}
