// One way to call the REST API: JSON in, JSON out, faults as sentences.

import { csrfToken } from '../boot';
import { encodeJson } from '../lib/json';

export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

interface Options {
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = `The server answered ${response.status}. Try again.`;
  try {
    const body = (await response.json()) as { detail?: unknown; title?: unknown };
    const detail = typeof body.detail === 'string' ? body.detail : body.title;
    return new Problem(response.status, typeof detail === 'string' ? detail : fallback);
  } catch {
    return new Problem(response.status, fallback);
  }
}

export async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken();
  if (options.json !== undefined) headers['Content-Type'] = 'application/json';
  const body = options.json !== undefined ? encodeJson(options.json) : (options.body ?? null);
  let response: Response;
  try {
    // What is to be gone is gone, also when the page is left meanwhile.
    response = await fetch(`/api/v1${path}`, { method, headers, body, credentials: 'same-origin', keepalive: method === 'DELETE' });
  } catch {
    throw new Problem(0, 'There is no connection to the server at the moment.');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function api<T>(method: string, path: string, json?: unknown): Promise<T> {
  const response = await send(method, path, json === undefined ? {} : { json });
  return (response.status === 204 ? undefined : await response.json()) as T;
}
