import type { Month } from '../../generated/Month';
import type { Api } from '../../shared/api';
import type { Store } from './store';

/** Reads the own month. An answer about a month that is not looked at any more changes nothing. */
export async function readMonth(api: Pick<Api, 'get'>, store: Store, month: string): Promise<void> {
  const isLookedAt = (): boolean => store.get().month?.month === month;
  store.tell({ type: 'month', month: { month, data: null, problem: false } });
  try {
    const data = await api.get<Month>(`/v1/me/month?month=${month}`);
    if (isLookedAt()) store.tell({ type: 'month', month: { month, data, problem: false } });
  } catch {
    if (isLookedAt()) store.tell({ type: 'month', month: { month, data: null, problem: true } });
  }
}
