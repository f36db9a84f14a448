import { type Api, ApiError } from '../../shared/api';

/** How a POST ended. */
export type Sent =
  | { kind: 'ok'; body: unknown }
  /** The state does not allow it; `current` is the thing as it is now. */
  | { kind: 'conflict'; current: unknown }
  | { kind: 'refused'; status: number }
  /** No answer, or the server could not keep it: the same key may be sent again. */
  | { kind: 'unanswered' };

export interface SendOptions {
  key: string;
  wait?: (ms: number) => Promise<void>;
}

/** Pauses between the tries: about 20 s in all, then the aide decides. */
const PAUSES_MS = [1_000, 2_000, 4_000, 6_000];

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends once. */
export async function sendOnce(api: Pick<Api, 'post'>, path: string, body: object, key: string): Promise<Sent> {
  try {
    return { kind: 'ok', body: await api.post<unknown>(path, body, { idempotencyKey: key }) };
  } catch (error) {
    // Something else than a problem is an answer nobody can read, say a hotel's log-in page.
    const problem = error instanceof ApiError ? error : null;
    if (problem?.status === 409) return { kind: 'conflict', current: problem.current };
    const passing = problem === null || problem.unreachable || problem.status === 429 || problem.status >= 500;
    return passing ? { kind: 'unanswered' } : { kind: 'refused', status: problem.status };
  }
}

/** Sends with the same key again and again while no answer comes, a bounded number of times. */
export async function send(
  api: Pick<Api, 'post'>,
  path: string,
  body: object,
  { key, wait = sleep }: SendOptions,
): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    const sent = await sendOnce(api, path, body, key);
    if (sent.kind !== 'unanswered') return sent;
    const pause = PAUSES_MS[attempt - 1];
    if (pause === undefined) return sent;
    await wait(pause);
  }
}
