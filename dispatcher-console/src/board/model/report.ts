import { dayAfter, momentOf } from '../../console/model/local-time';
import type { MeasureResult } from './answers';

/** `none`: there is nothing to judge yet, or no share is asked for. */
export type Verdict = 'met' | 'missed' | 'none';

/** The measures that the board shows, by the step they are of. */
const SHOWN = {
  answer: ['answered_15s', 'answered_60s', 'answered_180s'],
  arrive: ['on_scene_10min', 'on_scene_20min', 'on_scene_30min'],
} as const;

type Step = keyof typeof SHOWN;

export type ShownMeasure = MeasureResult & { key: (typeof SHOWN)[Step][number] };

/** A step, and the measures of it that the board shows. */
export interface MeasureGroup {
  heading: Step;
  measures: ShownMeasure[];
  /** Tickets of the group's widest measure, those that still wait too. */
  tickets: number;
  /** How long it took half of those who came so far; null where none did. */
  p50_s: number | null;
}

/** Returns what the board shows of a report; a measure that the server does not know is left out. */
export function measureGroups(results: readonly MeasureResult[]): MeasureGroup[] {
  return (['answer', 'arrive'] as const).map((heading) => {
    const measures = SHOWN[heading].flatMap((key) => results.filter((result): result is ShownMeasure => result.key === key));
    const widest = measures.at(-1);
    const tickets = widest === undefined ? 0 : widest.inside + widest.outside + widest.pending;
    return { heading, measures, tickets, p50_s: widest?.p50_s ?? null };
  });
}

export function verdictOf({ met }: MeasureResult): Verdict {
  if (met === null) return 'none';
  return met ? 'met' : 'missed';
}

/** Returns the address of today's report; `day` is the district's, `2026-11-23`. */
export function reportPath(day: string, zone: string): string {
  const [from, to] = [day, dayAfter(day, 1)].map((it) => new Date(momentOf({ day: it, time: '00:00' }, zone)).toISOString());
  return `/v1/reports/measures?${new URLSearchParams({ from: from ?? '', to: to ?? '' }).toString()}`;
}
