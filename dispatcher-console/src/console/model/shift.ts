import type { Desk } from '../../generated/Desk';
import type { ShiftNote } from '../../generated/ShiftNote';
import type { Ticket } from '../../generated/Ticket';
import { isRinging, receivedAt } from './queue';

/** What somebody at a desk is doing (就绪, 忙碌, 小休, 话后整理), as the API has it. */
export const DESK_STATES = ['ready', 'busy', 'break', 'wrap_up'] as const;
export type DeskState = (typeof DESK_STATES)[number];

/** After a ticket is closed there is so long to write it up, milliseconds. */
export const WRAP_UP_MS = 60_000;

/** A desk that was not heard for longer is not relied on: a page tells twice in this time, milliseconds. */
const BELIEVED_MS = 35_000;

/** So long a new alarm is left to the others; then whoever rests hears it as well, milliseconds. */
export const LEFT_TO_OTHERS_MS = 10_000;

/** Whoever is asked when nobody helps. */
const CLIMBED = ['shift_lead', 'supervisor', 'leader'];

export function isDeskState(word: string): word is DeskState {
  return (DESK_STATES as readonly string[]).includes(word);
}

/** Returns how many open tickets each person holds. */
export function heldBy(tickets: Iterable<Ticket>): Map<string, number> {
  const held = new Map<string, number>();
  for (const { owner, status } of tickets)
    if (owner !== null && status === 'open') held.set(owner, (held.get(owner) ?? 0) + 1);
  return held;
}

/**
 * Returns the state that follows by itself: busy with a ticket in hand, then some time to write it up, then
 * ready again. A break ends only by hand.
 */
export function following({ state, since, held, now }: { state: DeskState; since: number; held: number; now: number }): DeskState {
  switch (state) {
    case 'break':
      return 'break';
    case 'ready':
      return held > 0 ? 'busy' : 'ready';
    case 'busy':
      return held > 0 ? 'busy' : 'wrap_up';
    case 'wrap_up':
      if (held > 0) return 'busy';
      return now - since >= WRAP_UP_MS ? 'ready' : 'wrap_up';
  }
}

/** What is known of the desks, and how old it is. */
export interface KnownDesks {
  desks: readonly Desk[];
  /** When it was told, Unix milliseconds; null: never. */
  toldAt: number | null;
}

/**
 * Returns whether somebody on a break may be left in peace: only while another desk that hears its alarm takes what comes.
 * Whatever is unknown or old means no: an alarm that nobody hears is worse than a break that is cut short.
 */
export function mayRest(known: KnownDesks, me: string | undefined, state: DeskState, now: number): boolean {
  if (state !== 'break' || known.toldAt === null || now - known.toldAt > BELIEVED_MS) return false;
  return known.desks.some((desk) => desk.user !== me && takesAlarms(desk) && now - Date.parse(desk.seen_at) <= BELIEVED_MS);
}

function takesAlarms({ state, sound_heard_at }: Desk): boolean {
  return (state === 'ready' || state === 'busy') && sound_heard_at !== null;
}

/**
 * Returns whether a ticket is heard also on a break: one's own, one that climbed to everybody, and one that
 * no colleague has taken although it was pressed again or has waited.
 */
export function reachesBreak(ticket: Ticket, me: string | undefined, now: number): boolean {
  if (me !== undefined && ticket.owner === me) return true;
  if (CLIMBED.some((target) => ticket.escalated_to.includes(target))) return true;
  return isRinging(ticket) && (ticket.signals > 1 || now - receivedAt(ticket) >= LEFT_TO_OTHERS_MS);
}

/** Returns the others who are on, those who take what comes first. */
export function othersOf(desks: readonly Desk[], me: string | undefined): Desk[] {
  const order = (desk: Desk): number => (isDeskState(desk.state) ? DESK_STATES.indexOf(desk.state) : DESK_STATES.length);
  return desks.filter((desk) => desk.user !== me).sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name, 'zh'));
}

/** Returns the notes that somebody else wrote and this person has not read, the oldest first. */
export function unreadOf(notes: readonly ShiftNote[], me: string | undefined): ShiftNote[] {
  return notes.filter((note) => note.by !== me && note.read_by.every(({ user }) => user !== me)).reverse();
}

/** Returns the name of whoever holds a ticket, null when nobody does or the name is not known. */
export function ownerName(ticket: Pick<Ticket, 'owner'>, desks: readonly Desk[]): string | null {
  return desks.find(({ user }) => user === ticket.owner)?.name ?? null;
}
