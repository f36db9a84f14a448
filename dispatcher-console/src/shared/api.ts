import { uuid } from './uuid';

/** What a caller can act on when a request failed; `status` 0 means that no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string | null;
  /** With 409: the thing as it is now. */
  readonly current: unknown;
  /** With 422 of the registry: what is wrong, one by one. */
  readonly errors: unknown;

  constructor(problem: { status: number; title: string; detail?: string | null; current?: unknown; errors?: unknown }) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail ?? null;
    this.current = problem.current;
    this.errors = problem.errors;
  }

  /** No answer came: the network, the server or the wait was at fault, not the request. */
  get unreachable(): boolean {
    return this.status === 0;
  }

  /** The server lives and its database is away; what was asked may be asked again soon. */
  get storeAway(): boolean {
    return this.status === 503;
  }
}

/** Returns whether something failed because the server's database is away. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof ApiError && error.storeAway;
}

/** What a page gives the client; all but the hook exist for tests. */
export interface ApiOptions {
  /** Called when a request says that nobody is logged in (not for the log-in itself). */
  onUnauthorized?: () => void;
  /** Called with the `Date` of each answer: the server's clock, to the second. */
  onDate?: (date: string) => void;
  fetch?: typeof fetch;
  /** How long a request may take, milliseconds. */
  timeout_ms?: number;
  /** How long to wait before the one repetition of an unanswered request, milliseconds. */
  retry_after_ms?: number;
}

export interface PostOptions {
  /** Gives the request up. */
  signal?: AbortSignal;
  /** The same key makes a repeated tap the same act; `null` sends none. Made up when missing. */
  idempotencyKey?: string | null;
}

export interface Api {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: object, options?: PostOptions): Promise<T>;
  put<T>(path: string, body: object): Promise<T>;
  delete(path: string): Promise<void>;
  /** Returns bytes, a photo for instance. */
  blob(path: string, signal?: AbortSignal): Promise<Blob>;
  /** Sends bytes; with its key a repetition is the same act. */
  postBytes<T>(path: string, bytes: Blob, idempotencyKey: string): Promise<T>;
  /** Replaces bytes; to do it twice is to do it once. */
  putBytes(path: string, bytes: Blob): Promise<void>;
}

const SESSION = '/v1/session';

/** How long a photo may take over a slow network, milliseconds. */
const BYTES_MS = 30_000;

/** Returns a client of the people's API: JSON both ways, problems as `ApiError`. */
export function createApi(options: ApiOptions = {}): Api {
  const send = options.fetch ?? ((input, init) => fetch(input, init));
  const timeout_ms = options.timeout_ms ?? 15_000;
  const retry_after_ms = options.retry_after_ms ?? 400;
  /** How often this page was told who is logged in. */
  let sessions = 0;

  async function request(method: string, path: string, init: RequestInit = {}, asBytes = false): Promise<unknown> {
    const slow = asBytes || init.body instanceof Blob;
    const timeout = AbortSignal.timeout(slow ? Math.max(timeout_ms, BYTES_MS) : timeout_ms);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    let response: Response;
    let text: string;
    let bytes: Blob | null = null;
    const session = sessions;
    try {
      response = await send(path, { ...init, method, signal, credentials: 'same-origin', cache: 'no-store' });
      if (asBytes && response.ok) bytes = await response.blob();
      text = bytes === null ? await response.text() : '';
    } catch (error) {
      // A caller that gave up wants its own abort back; anything else is "no answer".
      if (init.signal?.aborted) throw error;
      throw new ApiError({ status: 0, title: 'unreachable', detail: null });
    }
    const date = response.headers.get('date');
    if (date !== null) options.onDate?.(date);
    if (response.ok && path === SESSION && method !== 'DELETE') sessions++;
    if (bytes !== null) return bytes;
    if (response.ok) return text === '' ? undefined : JSON.parse(text);
    if (response.status === 401 && !(path === SESSION && method === 'POST')) {
      if (session === sessions) options.onUnauthorized?.();
      // Asked before a log-in that was faster: the answer speaks of the session before. What was to be done is
      // not done again, for somebody else may have logged in.
      else if (method === 'GET' && path !== SESSION) return request(method, path, init, asBytes);
    }
    throw problemOf(response, text);
  }

  function withBody(body: object, headers: Record<string, string> = {}): RequestInit {
    return { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
  }

  return {
    get: <T>(path: string, signal?: AbortSignal) => request('GET', path, signal ? { signal } : {}) as Promise<T>,
    put: <T>(path: string, body: object) => request('PUT', path, withBody(body)) as Promise<T>,
    delete: async (path) => void (await request('DELETE', path)),
    blob: (path, signal) => request('GET', path, signal ? { signal } : {}, true) as Promise<Blob>,
    postBytes: <T>(path: string, bytes: Blob, idempotencyKey: string) =>
      request('POST', path, {
        body: bytes,
        headers: { 'content-type': 'application/octet-stream', 'idempotency-key': idempotencyKey },
      }) as Promise<T>,
    putBytes: async (path, bytes) =>
      void (await request('PUT', path, { body: bytes, headers: { 'content-type': 'application/octet-stream' } })),
    async post<T>(path: string, body: object = {}, { idempotencyKey, signal }: PostOptions = {}) {
      const key = idempotencyKey === undefined ? uuid() : idempotencyKey;
      const session = sessions;
      const init = { ...withBody(body, key === null ? {} : { 'idempotency-key': key }), ...(signal === undefined ? {} : { signal }) };
      try {
        return (await request('POST', path, init)) as T;
      } catch (error) {
        // With its key a repetition is the same act: one retry hides a dropped connection.
        if (key === null || !(error instanceof ApiError) || !error.unreachable) throw error;
        await new Promise((resolve) => setTimeout(resolve, retry_after_ms));
        // Whoever has logged in meanwhile did not ask for it.
        if (session !== sessions) throw error;
        return (await request('POST', path, init)) as T;
      }
    },
  };
}

function problemOf(response: Response, text: string): ApiError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null; // a proxy's own page, or nothing
  }
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new ApiError({
    status: response.status,
    title: typeof fields['title'] === 'string' ? fields['title'] : response.statusText || String(response.status),
    detail: typeof fields['detail'] === 'string' ? fields['detail'] : null,
    current: fields['current'],
    errors: fields['errors'],
  });
}
