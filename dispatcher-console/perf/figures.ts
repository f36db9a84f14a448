import { loadavg } from 'node:os';

/** Prints a line of figures: how many, the median, the 99th percentile and the worst. */
export function printFigures(what: string, values_ms: readonly number[]): void {
  const sorted = [...values_ms].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN).toFixed(1);
  console.log(
    `${what.padEnd(58)} n ${String(sorted.length).padStart(4)}  median ${at(0.5).padStart(7)}  p99 ${at(0.99).padStart(7)}  max ${at(1).padStart(7)} ms`,
  );
}

/** What else the machine does at present: above its number of cores, everything waits. */
export function loadWords(): string {
  return `load ${loadavg().slice(0, 2).map((load) => load.toFixed(1)).join(', ')}`;
}
