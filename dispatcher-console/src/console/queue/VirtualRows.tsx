import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';

import { useSpeech } from '../i18n';
import { useSteady } from './use-steady';

/** Rows beyond the edge that are drawn as well, so that Tab and a fast wheel find them. */
const OVERSCAN = 6;
const PAGE_ROWS = 8;

export interface Row {
  key: string;
  /** How high it probably is before it was drawn. */
  height_px: number;
  content: ReactNode;
}

/**
 * A list of which only what is seen is drawn. Each row says its place in the whole, the one with the
 * focus is always drawn, and the arrow keys, Home, End and the page keys reach all of them.
 */
export function VirtualRows({ rows }: { rows: readonly Row[] }) {
  const { t } = useSpeech();
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const [slack_px, setSlack] = useState(0);
  const keys = rows.map(({ key }) => key);
  const keysText = keys.join('\n');
  const stable = useRef({ text: '', keys });
  if (stable.current.text !== keysText) stable.current = { text: keysText, keys };

  const virtualizer = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rows[index]?.height_px ?? 90,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: OVERSCAN,
    paddingStart: slack_px,
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      const here = focused === null ? -1 : stable.current.keys.indexOf(focused);
      return here === -1 || indexes.includes(here) ? indexes : [...indexes, here].sort((a, b) => a - b);
    },
  });
  const total = virtualizer.getTotalSize();
  const items = virtualizer.getVirtualItems();
  const { newAbove, toTop } = useSteady(scroller, virtualizer, stable.current.keys, { slack_px, setSlack });

  // A row that was not drawn when a key asked for it takes the focus as soon as it is.
  useEffect(() => {
    if (wanted.current === null) return;
    const button = buttonOf(scroller.current, wanted.current);
    if (button === null) return;
    wanted.current = null;
    button.focus({ preventScroll: true });
  });

  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const here = focused === null ? -1 : stable.current.keys.indexOf(focused);
    const next = targetOf(event.key, here, rows.length);
    if (next === null) return;
    event.preventDefault();
    const row = rows[next];
    if (row === undefined) return;
    virtualizer.scrollToIndex(next);
    wanted.current = row.key;
    setFocused(row.key);
    const button = buttonOf(scroller.current, row.key);
    if (button === null) return;
    wanted.current = null;
    button.focus({ preventScroll: true });
  };

  return (
    <div className="rows-frame">
      {newAbove > 0 && (
        <button type="button" className="new-above" onClick={toTop}>
          <span aria-hidden="true">↑</span> {t('queue.newAbove', { number: newAbove })}
        </button>
      )}
      <div
        className="rows"
        ref={scroller}
        onKeyDown={move}
        onFocus={(event) => setFocused(event.target.closest<HTMLElement>('[data-key]')?.dataset['key'] ?? null)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setFocused(null)}
      >
        <ul style={{ height: total }}>
          {items.map((item) => (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              data-key={item.key}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {rows[item.index]?.content}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function targetOf(key: string, here: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, here + 1);
    case 'ArrowUp':
      return Math.max(0, here - 1);
    case 'PageDown':
      return Math.min(last, here + PAGE_ROWS);
    case 'PageUp':
      return Math.max(0, here - PAGE_ROWS);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

function buttonOf(list: HTMLElement | null, key: string): HTMLButtonElement | null {
  return list?.querySelector<HTMLButtonElement>(`[data-key="${CSS.escape(key)}"] > button`) ?? null;
}
