/** What a window of the console shows: everything, everything but the map, or the map alone. */
export type Screen = 'whole' | 'desk' | 'map';

/** Returns what an address asks for; an unknown word is the whole console, which lacks nothing. */
export function screenOf(search: string): Screen {
  const asked = new URLSearchParams(search).get('screen');
  return asked === 'desk' || asked === 'map' ? asked : 'whole';
}

/** One window of the same person in the same browser, as the others know it. */
export interface Sibling {
  id: string;
  screen: Screen;
  /** Whether its browser lets it sound. */
  audible: boolean;
  /** Whether it hears the server: without the feed it knows of no new alarm. */
  live: boolean;
  /** When it was opened, Unix milliseconds. */
  since: number;
}

/** A window that has not been heard for this long is taken for closed, milliseconds. */
export const LOST_AFTER_MS = 6_000;

/** Returns whether this window is the one that sounds: somebody always does, and not two at once. */
export function isLoudest(self: Sibling, others: Iterable<Sibling>): boolean {
  for (const other of others) if (compare(other, self) < 0) return false;
  return true;
}

/** First who can be heard and hears the server, then who can be heard, then who has the queue, then who was there first. */
function compare(a: Sibling, b: Sibling): number {
  return (
    Number(b.audible && b.live) - Number(a.audible && a.live) ||
    Number(b.audible) - Number(a.audible) ||
    Number(a.screen === 'map') - Number(b.screen === 'map') ||
    a.since - b.since ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}
