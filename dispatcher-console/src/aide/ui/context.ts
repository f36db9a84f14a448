import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

import type { Lang } from '../../shared/lang';
import type { Aide } from '../app/aide';
import type { AideState } from '../model/state';
import type { Translate } from '../words/words';

/** What every component may use. */
export interface Page {
  aide: Aide;
  t: Translate;
  lang: Lang;
  changeLang: () => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('outside of the page');
  return page;
}

/** Returns the state and draws again when it changes. */
export function useAideState(aide: Aide): AideState {
  const [state, setState] = useState(aide.store.get());
  useEffect(() => {
    const read = (): void => setState(aide.store.get());
    read(); // what changed between drawing and subscribing
    return aide.store.subscribe(read);
  }, [aide]);
  return state;
}

/** Returns the server's time, drawn again every so many milliseconds. */
export function useNow(aide: Aide, every_ms: number): number {
  const [now, setNow] = useState(aide.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(aide.now()), every_ms);
    return () => clearInterval(timer);
  }, [aide, every_ms]);
  return now;
}

/**
 * Returns whether a screen has stood still long enough to be tapped.
 *
 * A screen that appears under a falling thumb, or a button that becomes the next step, must not
 * take a tap that was meant for what was there before.
 */
export function useSettled(what: string, after_ms = 700): boolean {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(what), after_ms);
    return () => clearTimeout(timer);
  }, [what, after_ms]);
  return settled === what;
}
