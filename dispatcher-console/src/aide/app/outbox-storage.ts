import type { Kept, Verdict, Waiting } from '../model/outbox';
import { type Database, inStores, result } from './database';

/** Where the outbox keeps its steps, in the order of the taps. */
export interface OutboxStorage {
  read(): Promise<Kept>;
  /** Returns when the step outlives the page. */
  add(entry: Waiting): Promise<void>;
  /** Takes away steps and verdicts by their keys, and puts a verdict in their place, in one stroke. */
  remove(keys: readonly string[], verdict?: Verdict): Promise<void>;
}

/** Keeps as long as the page lives: where the phone has no better. */
export function memoryStorage(first: Kept = { waiting: [], verdicts: [] }): OutboxStorage {
  let kept = first;
  return {
    read: async () => kept,
    add: async (entry) => {
      kept = { ...kept, waiting: [...kept.waiting, entry] };
    },
    remove: async (keys, verdict) => {
      const waiting = kept.waiting.filter(({ key }) => !keys.includes(key));
      const verdicts = kept.verdicts.filter(({ id }) => !keys.includes(id));
      kept = { waiting, verdicts: verdict === undefined ? verdicts : [...verdicts, verdict] };
    },
  };
}

/** Keeps in the phone's IndexedDB; what was added outlives a crash of the page and of the browser. */
export function diskStorage(database: Database): OutboxStorage {
  const STORES = ['waiting', 'verdicts'] as const;
  return {
    read: () =>
      inStores(database, STORES, 'readonly', async (waiting, verdicts) => {
        const [all, told] = await Promise.all([result(waiting.getAll()), result(verdicts.getAll())]);
        return { waiting: all as Waiting[], verdicts: told as Verdict[] };
      }),
    add: (entry) => inStores(database, ['waiting'], 'readwrite', async (waiting) => void waiting.add(entry)),
    // What was sent and is not gone after a crash is sent again under its key: only a verdict must not be lost.
    remove: (keys, verdict) =>
      inStores(database, STORES, 'readwrite', async (waiting, verdicts) => {
        const [all, numbers] = await Promise.all([result(waiting.getAll()), result(waiting.getAllKeys())]);
        for (const [index, { key }] of (all as Waiting[]).entries()) {
          const number = numbers[index];
          if (number !== undefined && keys.includes(key)) waiting.delete(number);
        }
        for (const key of keys) verdicts.delete(key);
        if (verdict !== undefined) verdicts.put(verdict);
      }, verdict === undefined ? 'relaxed' : 'strict'),
  };
}
