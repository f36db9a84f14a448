/** How often the board asks for what no event tells, seconds. Nothing on the way of an SOS waits for a board. */
export const EVERY_S = { coverage: 20, areas: 60, report: 60, cover: 30, health: 15, telephone: 30, standby: 600 } as const;

/** Nobody asks more often than this, seconds. */
export const LEAST_S = 15;

const JITTER = 0.2;

/** Returns how long to wait between two questions: up to a fifth longer, so that all boards of a centre do not ask at once. */
export function jittered_ms(every_s: number, random: () => number = Math.random): number {
  return Math.round(Math.max(LEAST_S, every_s) * 1000 * (1 + JITTER * random()));
}

/** Returns whether an answer is too old to be shown as what is true now: two questions in a row have brought none. */
export function isOld(at: number, every_s: number, now: number): boolean {
  return now - at > (2 * (1 + JITTER) * Math.max(LEAST_S, every_s) + 5) * 1000;
}
