import type { Responder } from '../../generated/Responder';
import type { Ticket } from '../../generated/Ticket';

export interface Takers {
  /** Who is on the way to this ticket, or there. */
  team: Responder[];
  others: Responder[];
}

const GOES = ['accepted', 'on_scene', 'escorting'];

/** Returns who may take a key, those of the ticket's team apart, each by name. */
export function takersOf(responders: Iterable<Responder>, ticket: Ticket | undefined): Takers {
  const going = new Set((ticket?.offers ?? []).filter(({ status }) => GOES.includes(status)).map(({ responder }) => responder));
  const all = [...responders].sort((one, other) => one.name.localeCompare(other.name, 'zh'));
  return { team: all.filter(({ id }) => going.has(id)), others: all.filter(({ id }) => !going.has(id)) };
}
