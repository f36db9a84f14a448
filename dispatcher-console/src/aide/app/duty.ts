import { type Api, ApiError } from '../../shared/api';
import type { Travel } from '../model/state';
import { memory } from './memory';
import type { Store } from './store';

/** Tells the centre whether this aide is on duty, and how they travel; shows only what it confirmed. */
export async function setDuty(api: Api, store: Store, on: boolean, travel: Travel): Promise<void> {
  if (store.get().duty.sending) return;
  store.tell({ type: 'duty', duty: { sending: true, problem: null } });
  try {
    await api.put('/v1/me/duty', { on_duty: on, travel });
    memory.setTravel(travel);
    store.tell({ type: 'duty', duty: { on, travel, sending: false } });
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    const problem = status === 0 ? ({ key: 'failed' } as const) : ({ key: 'refused', status } as const);
    store.tell({ type: 'duty', duty: { sending: false, problem } });
  }
}
