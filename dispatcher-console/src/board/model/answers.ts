/** What the server answers to supervisors, as its OpenAPI document describes it. */

import type { MultiPolygon } from 'geojson';

/** How well the rescue circle is kept from those who are free: `CoverageNow`. */
export interface CoverageNow {
  /** When it was counted. */
  at: string;
  /** How many are free. */
  responders: number;
  seniors: number;
  /** By minutes, how many seniors somebody reaches within them. */
  within: Record<string, number>;
  /** Who lives farther than the widest ring, the farthest first. */
  outside: Outside[];
  by_straight_line: number;
}

export interface Outside {
  id: string;
  name: string;
  village: string;
  lat: number;
  lon: number;
  /** Null when nobody is free. */
  eta_s: number | null;
}

/** The areas that somebody who is free reaches within each ring. */
export interface Isochrones {
  type: 'FeatureCollection';
  at: string;
  features: IsochroneArea[];
}

export interface IsochroneArea {
  type: 'Feature';
  properties: { within_min: number };
  geometry: MultiPolygon;
}

/** Where those who are free could wait instead: `Suggestions`. */
export interface StandbySuggestions {
  at: string;
  now: Record<string, number>;
  then: Record<string, number>;
  suggestions: StandbyMove[];
}

export interface StandbyMove {
  responder: string;
  name: string;
  from: { lat: number; lon: number };
  to: { lat: number; lon: number };
  /** How long the way there takes. */
  eta_s: number;
}

/** What a measure came to: `MeasureResult`. */
export interface MeasureResult {
  key: string;
  /** Tickets in time. */
  inside: number;
  /** Tickets too late, or still waiting and too late already. */
  outside: number;
  /** Tickets that still wait, and are in time so far. */
  pending: number;
  /** Of `inside` and `outside`, 0 to 1; null where there is none. */
  share: number | null;
  target: number | null;
  met: boolean | null;
  p50_s: number | null;
  p90_s: number | null;
  p99_s: number | null;
}

/** How the service itself is: `ServiceHealth`. */
export interface ServiceHealth {
  /** How long the store took to keep things within the last five minutes. */
  commits: { n: number; p50_ms: number | null; p99_ms: number | null };
  writes_waiting: number;
  /** What the service's own made-up alarms found; null where none are made up. */
  canary: Canary | null;
}

/** Why a made-up alarm did not reach a console. */
export type CanaryFailure = 'unprepared' | 'no_console' | 'unreachable' | 'not_acknowledged' | 'not_shown';

/** The last round of made-up alarms, one through each port. */
export interface Canary {
  every_s: number;
  /** When it ended; null before the first one. */
  at: string | null;
  ports: { port: string; took_ms: number | null; failure: CanaryFailure | null }[];
  /** Whether the watcher outside the service knows; null before the first round. */
  outside: 'nobody' | 'told' | 'silent' | 'unreached' | null;
}

/** Whether there is a telephone exchange, and whether it is connected. */
export interface TelephoneInfo {
  enabled: boolean;
  connected: boolean;
  since: string | null;
}
