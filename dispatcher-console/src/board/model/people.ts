import type { Responder } from '../../generated/Responder';

/** What somebody is to a dispatch: who gives no sign of life is asked by nobody, whatever the state says. */
export const PRESENCES = ['free', 'offered', 'busy', 'lost', 'off'] as const;
export type Presence = (typeof PRESENCES)[number];

export const ROLES = ['aide', 'rescuer'] as const;

export type PeopleFigures = Record<(typeof ROLES)[number], Record<Presence, number>>;

export function presenceOf({ state, out_of_touch_since }: Pick<Responder, 'state' | 'out_of_touch_since'>): Presence {
  if (state === 'off') return 'off';
  if (out_of_touch_since !== null) return 'lost';
  // A state of a later server is not taken for "free".
  return state === 'free' || state === 'offered' ? state : 'busy';
}

export function peopleFigures(responders: Iterable<Responder>): PeopleFigures {
  const none = (): Record<Presence, number> => ({ free: 0, offered: 0, busy: 0, lost: 0, off: 0 });
  const figures: PeopleFigures = { aide: none(), rescuer: none() };
  for (const responder of responders) figures[responder.role === 'aide' ? 'aide' : 'rescuer'][presenceOf(responder)]++;
  return figures;
}
