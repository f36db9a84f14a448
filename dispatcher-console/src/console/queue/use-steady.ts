import type { Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** For so long after the last move or key a hand counts as being in the list. */
const HAND_MS = 4_000;
const LOOK_MS = 500;
/** Less than this is the top: browsers scroll by fractions. */
const TOP_PX = 2;
/** About as high as a row is: one that began so far above is seen no longer. */
const ROW_PX = 90;

type Rows = Virtualizer<HTMLDivElement, HTMLLIElement>;

/** Room above the first row, for when rows above the hand have gone. */
export interface Slack {
  slack_px: number;
  setSlack: (slack_px: number) => void;
}

export interface Steady {
  /** How many came that are above what is seen. */
  newAbove: number;
  toTop: () => void;
}

/**
 * Keeps the row under the pointer, or with the focus, where it is while rows come and go above it:
 * a click must not land on somebody else's alarm. When the hand has gone, the list is at its top again.
 */
export function useSteady(
  scroller: RefObject<HTMLDivElement | null>,
  rows: Rows,
  keys: readonly string[],
  { slack_px, setSlack }: Slack,
): Steady {
  const [newAbove, setNewAbove] = useState(0);
  const hand = useRef({ key: null as string | null, at: -Infinity });
  /** Where each row began when it was drawn last, without the slack. */
  const before = useRef(new Map<string, number>());
  /** The order when the list was last seen from its top. */
  const seen = useRef<ReadonlyMap<string, number>>(orderOf(keys));
  const goesBack = useRef(false);

  const heldKey = (): string | null => (performance.now() - hand.current.at < HAND_MS ? hand.current.key : null);
  const toTop = (): void => {
    goesBack.current = false;
    hand.current.key = null;
    setNewAbove(0);
    setSlack(0);
    scroller.current?.scrollTo({ top: 0 });
  };

  useEffect(() => {
    const list = scroller.current;
    if (list === null) return undefined;
    const take = (event: Event): void => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-key]') : null;
      if (row !== null) hand.current = { key: row.dataset['key'] ?? null, at: performance.now() };
    };
    // With the button that says what is new above: on the way to it the list must not jump under the click.
    const frame = list.parentElement ?? list;
    const leave = (): void => void (hand.current.key = null);
    const stay = (): void => void (goesBack.current = false);
    const events = ['pointermove', 'pointerdown', 'keydown', 'focusin'];
    for (const name of events) list.addEventListener(name, take, { passive: true });
    frame.addEventListener('pointerleave', leave);
    // Whoever scrolls by hand has chosen where to be.
    list.addEventListener('wheel', stay, { passive: true });
    return () => {
      for (const name of events) list.removeEventListener(name, take);
      frame.removeEventListener('pointerleave', leave);
      list.removeEventListener('wheel', stay);
    };
  }, [scroller]);

  // Only this hook moves the list when heights change. The virtualizer would do it as well, from the offset of the
  // last scroll event: between our write and that event it put the list back to where it had been.
  rows.shouldAdjustScrollPositionOnItemSizeChange = never;

  useLayoutEffect(() => {
    const list = scroller.current;
    if (list === null) return;
    const was = before.current;
    const is = new Map(rows.measurementsCache.map(({ key, start }) => [String(key), start - slack_px]));
    before.current = is;
    const atTop = list.scrollTop <= TOP_PX;
    const held = heldKey();
    const isHeld = held !== null && isInSight(list, was.get(held), slack_px);
    const unheld = atTop ? null : firstBelow(was, list.scrollTop - slack_px);
    const anchor = isHeld ? held : unheld;
    if (anchor === null) return;
    const moved = (is.get(anchor) ?? NaN) - (was.get(anchor) ?? NaN);
    if (Number.isNaN(moved) || Math.abs(moved) < 1) return;
    if (atTop) goesBack.current = true;
    const top = list.scrollTop + moved;
    if (top < 0) setSlack(slack_px - top);
    // Its scroll event comes before anything is painted, and the list is drawn anew by it.
    list.scrollTop = Math.max(0, top);
  });

  // Looked at now and then and not at each change: in a flood there are dozens of changes a second.
  const now = useRef({ keys, slack_px, toTop });
  useLayoutEffect(() => void (now.current = { keys, slack_px, toTop }));
  useEffect(() => {
    const timer = setInterval(() => {
      const list = scroller.current;
      if (list === null) return;
      const { keys: rowKeys, slack_px: slack, toTop: back } = now.current;
      const isOnButton = list.parentElement?.querySelector('.new-above:hover') ?? null;
      if (isOnButton !== null) return;
      if ((goesBack.current || slack > 0) && performance.now() - hand.current.at >= HAND_MS) hand.current.key = null;
      if ((goesBack.current || slack > 0) && hand.current.key === null) back();
      const isTop = list.scrollTop <= TOP_PX;
      if (isTop) seen.current = orderOf(rowKeys);
      const first = isTop ? 0 : rowKeys.findIndex((key) => (before.current.get(key) ?? 0) + slack >= list.scrollTop);
      setNewAbove(cameAbove(rowKeys, first, seen.current));
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [scroller]);

  return { newAbove, toTop };
}

const never = (): boolean => false;

function orderOf(keys: readonly string[]): ReadonlyMap<string, number> {
  return new Map(keys.map((key, index) => [key, index]));
}

/** How many rows above the first in sight were not above it before: new ones, and those that became more urgent. */
function cameAbove(keys: readonly string[], first: number, before: ReadonlyMap<string, number>): number {
  const here = before.get(keys[first] ?? '') ?? Infinity;
  return keys.slice(0, Math.max(0, first)).filter((key) => (before.get(key) ?? Infinity) >= here).length;
}

/** Whether a row that began at `start_px` was seen; a hand that scrolled on by the wheel holds it no longer. */
function isInSight(list: HTMLElement, start_px: number | undefined, slack_px: number): boolean {
  if (start_px === undefined) return false;
  const top_px = start_px + slack_px - list.scrollTop;
  return top_px > -ROW_PX && top_px < list.clientHeight;
}

function firstBelow(starts: ReadonlyMap<string, number>, top: number): string | null {
  for (const [key, start] of starts) if (start >= top) return key;
  return null;
}
