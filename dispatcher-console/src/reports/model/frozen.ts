import type { MeasureResult } from './answers';

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const known = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Returns the measures of a closed month's report; whether a target was met is not in it and follows from the share. */
export function frozenMeasures(report: unknown): MeasureResult[] {
  const measures = typeof report === 'object' && report !== null && 'measures' in report ? report.measures : null;
  if (!Array.isArray(measures)) return [];
  return measures.map((line: Record<string, unknown>) => {
    const [share, target] = [known(line['share']), known(line['target'])];
    return {
      key: String(line['key']),
      inside: number(line['inside']),
      outside: number(line['outside']),
      pending: number(line['pending']),
      share,
      target,
      met: share === null || target === null ? null : share >= target,
      p50_s: known(line['p50_s']),
      p90_s: known(line['p90_s']),
      p99_s: known(line['p99_s']),
    };
  });
}
