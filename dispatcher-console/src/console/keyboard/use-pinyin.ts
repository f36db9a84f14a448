import { useEffect, useState } from 'react';

import { NO_PINYIN, type PinyinMatch } from '../model/palette';

let loaded: PinyinMatch | null = null;

/** Returns the way to match by pinyin; its table comes only when somebody searches. */
export function usePinyin(): PinyinMatch {
  const [match, setMatch] = useState<PinyinMatch>(() => loaded ?? NO_PINYIN);
  useEffect(() => {
    if (loaded !== null) return;
    void import('./pinyin').then(
      ({ matches }) => {
        loaded = matches;
        setMatch(() => matches);
      },
      () => undefined, // what is written is still found
    );
  }, []);
  return match;
}
