import type { Call } from '../../generated/Call';
import type { CallSenior } from '../../generated/CallSenior';
import type { User } from '../../generated/User';

/** A call that somebody at this desk took an interest in: it stays until its summary is written or it is put away. */
export interface Kept {
  /** As it was told last: the feed forgets a call half a minute after its end. */
  call: Call;
  /** The senior chosen for it, null while none is. */
  senior: string | null;
  /** Whom somebody found for a number that is in no file. */
  found: CallSenior | null;
  /** The summary as far as it is typed. */
  draft: string;
  /** Whether the feed ever told of it: what was just dialled it tells a moment later. */
  told: boolean;
}

/** A call as it stands at the top of the console. */
export interface CallCard {
  call: Call;
  /** In full: it rings, it is in hand here, or its caller's file is open. Otherwise one line. */
  full: boolean;
  /** The feed has stopped telling of it and never said how it ended. */
  lost: boolean;
}

export interface CallDesk {
  calls: readonly Call[];
  kept: ReadonlyMap<string, Kept>;
  putAway: ReadonlySet<string>;
  openSenior: string | null;
}

/** Returns whether somebody outside rings us. */
export function isRingingIn(call: Call): boolean {
  return call.direction === 'in' && call.state === 'ringing';
}

/** Returns the calls to show: who rings first, then what is in hand here, then the others', each oldest first. */
export function cardsOf({ calls, kept, putAway, openSenior }: CallDesk): CallCard[] {
  const told = new Set(calls.map(({ id }) => id));
  const past = [...kept.values()].map(({ call }) => call).filter(({ id }) => !told.has(id));
  const rankOf = (call: Call): number => (isRingingIn(call) ? 0 : kept.has(call.id) ? 1 : 2);
  return [...calls, ...past]
    // A call that rings cannot be put away; nor is it when it rings anew under the same identity.
    .filter((call) => isRingingIn(call) || !putAway.has(call.id))
    .sort((a, b) => rankOf(a) - rankOf(b) || Date.parse(a.ringing_at) - Date.parse(b.ringing_at))
    .map((call) => ({
      call,
      full: isRingingIn(call) || kept.has(call.id) || concerns(call, openSenior),
      lost: !told.has(call.id) && call.state !== 'ended' && kept.get(call.id)?.told === true,
    }));
}

function concerns(call: Call, senior: string | null): boolean {
  return senior !== null && call.state !== 'ended' && call.seniors.some(({ id }) => id === senior);
}

/** Returns the calls in hand as they are told now; drafts and choices stay. */
export function keptAfter(kept: ReadonlyMap<string, Kept>, calls: readonly Call[]): ReadonlyMap<string, Kept> {
  const news = calls.filter(({ id }) => kept.has(id));
  if (news.length === 0) return kept;
  const after = new Map(kept);
  for (const call of news) {
    const before = after.get(call.id);
    if (before !== undefined) after.set(call.id, { ...before, call, told: true });
  }
  return after;
}

/** What decides whether a caller's file may open by itself. */
export interface CallerPopUp {
  calls: readonly Call[];
  /** Calls whose file opened here before. */
  opened: ReadonlySet<string>;
  /** Somebody types, has a dialog open, or has a ticket or another caller in hand. */
  busy: boolean;
}

/** Returns the call whose caller's file should open now: who rings, when the number is exactly one senior's. */
export function callerToOpen({ calls, opened, busy }: CallerPopUp): { call: Call; senior: CallSenior } | null {
  if (busy) return null;
  for (const call of calls) {
    const [senior, other] = call.seniors;
    if (isRingingIn(call) && senior !== undefined && other === undefined && !opened.has(call.id)) return { call, senior };
  }
  return null;
}

/** Returns whether a senior is on the telephone, or about to be. */
export function isOnTheLine(senior: string, calls: readonly Call[]): boolean {
  return calls.some((call) => concerns(call, senior));
}

/** Returns whether this person answered or dialled it. */
export function isOwn(call: Call, me: User | null): boolean {
  return me !== null && call.by === me.username;
}

/** Returns the call in which this person talks about a senior now: a ticket opened meanwhile belongs to it. */
export function ownCallAbout(senior: string, calls: readonly Call[], me: User | null): string | null {
  return calls.find((call) => isOwn(call, me) && call.state === 'answered' && concerns(call, senior))?.id ?? null;
}

/** Returns whether somebody tried to reach us and did not: a senior is called back. */
export function wantsCallBack(call: Call): boolean {
  const unheard = call.result === 'unknown' && call.answered_at === null;
  return call.direction === 'in' && (call.result === 'abandoned' || call.result === 'missed' || unheard);
}

/** Returns how long a call has been ringing, is running, or ran, milliseconds; null where nobody spoke. */
export function lasts_ms(call: Call, now: number): number | null {
  if (call.state === 'ringing') return now - Date.parse(call.ringing_at);
  if (call.answered_at === null) return null;
  const until = call.state === 'ended' && call.ended_at !== null ? Date.parse(call.ended_at) : now;
  return Math.max(0, until - Date.parse(call.answered_at));
}

/** Returns the number where it may stand in a list: a caller who withheld it wants it on no list. */
export function listedNumber(call: Call): string | null {
  return call.withheld ? null : call.number;
}

/** Returns whose call it may be: by the number, and whom somebody found. */
export function callersOf(call: Call, found: CallSenior | null): CallSenior[] {
  return found === null || call.seniors.some(({ id }) => id === found.id) ? call.seniors : [...call.seniors, found];
}

/** Returns whom a summary is about if nobody chose: the only one it can be, or whose file is open. */
export function presumedSenior(call: Call, openSenior: string | null): string | null {
  const [only, other] = call.seniors;
  if (only !== undefined && other === undefined) return only.id;
  return call.seniors.find(({ id }) => id === openSenior)?.id ?? null;
}

export function summaryBody(text: string, senior: string | null): { text: string; senior?: string } {
  return senior === null ? { text: text.trim() } : { text: text.trim(), senior };
}
