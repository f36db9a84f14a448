import { reduce } from '../model/reduce';
import type { AideState, Input } from '../model/state';

/** The state and the one way to change it. */
export interface Store {
  get(): AideState;
  tell(input: Input): void;
  /** Calls back after each change; returns how to stop. */
  subscribe(listener: () => void): () => void;
}

/** Returns a store of the page's state. */
export function createStore(initial: AideState): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    tell: (input) => {
      const before = state;
      state = reduce(before, input);
      if (state !== before) for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
