import type { Coordinates } from './coordinates';

/** A pin somebody is about to set: where a ticket's senior really is. */
export interface Pin extends Coordinates {
  ticket: string;
}
