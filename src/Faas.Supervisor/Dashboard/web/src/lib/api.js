import { ask, authorization, forget, token } from './token.js';

/** A failed answer of the API, or no answer (`code` is then `unreachable`). */
export class ApiError extends Error {
  constructor(status, code, message, data, response) {
    super(message);
    Object.assign(this, { status, code, data, response });
  }
}

/** fetch, with the token; asks for one when the server does. */
export async function request(path, options = {}) {
  while (true) {
    const sent = token();
    let response;
    try {
      response = await fetch(path, { ...options, headers: { ...options.headers, ...authorization() } });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ApiError(0, 'unreachable', 'The server does not answer.', {}, null);
    }
    if (response.status !== 401) return response;
    if (sent && sent === token()) forget();
    await ask(sent ? 'The one it was given is not in its token file.' : 'It was started with --token-file.');
  }
}

/** The JSON of a successful answer and the response itself. */
export async function send(path, options) {
  const response = await request(path, options);
  const data = await response.json().catch(() => ({}));
  if (!response.ok || data.ok === false) {
    throw new ApiError(response.status, data.error ?? 'unknown', data.message ?? `The server answered ${response.status}.`, data, response);
  }
  return { data, response };
}

export const get = async (path) => (await send(path)).data;
export const post = async (path, body) => (await send(path, { method: 'POST', body })).data;

/** A path with its query; values that are empty stay out. */
export function path(base, query) {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== ''));
  return `${base}?${parameters}`;
}
