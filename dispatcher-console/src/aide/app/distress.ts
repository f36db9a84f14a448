import type { Ticket } from '../../generated/Ticket';
import { type Api, ApiError } from '../../shared/api';
import { lastFix } from '../model/position';
import type { Store } from './store';

/** Between two tries, milliseconds; the last one again and again. */
const PAUSES_MS = [500, 1_000, 2_000, 3_000];

/** About an hour of trying: by then somebody has telephoned, or the phone is in other hands. */
const ATTEMPTS = 1_200;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends the own SOS until somebody took it; pressed again it joins the one that is open. */
export async function sendDistress(
  api: Pick<Api, 'post'>,
  store: Store,
  now: () => number,
  wait: (ms: number) => Promise<void> = sleep,
): Promise<void> {
  if (store.get().distress.kind === 'sending') return;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    store.tell({ type: 'distress', distress: { kind: 'sending', attempt } });
    try {
      // Where the phone is now; the server knows where it was when it does not know.
      const fix = lastFix(store.get().position);
      const place = fix === null ? {} : { lat: fix.lat, lon: fix.lon };
      const ticket = await api.post<Ticket>('/v1/me/sos', place);
      return store.tell({ type: 'distress', distress: { kind: 'received', at: now(), number: ticket.number } });
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (!isPassing(status)) return store.tell({ type: 'distress', distress: { kind: 'failed', status } });
    }
    await wait(PAUSES_MS[Math.min(attempt, PAUSES_MS.length) - 1] ?? 3_000);
  }
  store.tell({ type: 'distress', distress: { kind: 'failed', status: 0 } });
}

/** Whatever is not a plain no may be a yes in a moment; a 409 says "press again". */
function isPassing(status: number): boolean {
  return status === 0 || status === 409 || status === 429 || status >= 500;
}
