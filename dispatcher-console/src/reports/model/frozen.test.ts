import { expect, it } from 'vitest';

import { frozenMeasures } from './frozen';

it('a frozen measure is read as it was kept, and judged by its own target', () => {
  const line = { key: 'on_scene_30min', within_s: 1_800, target: 1, inside: 9, outside: 1, pending: 0, share: 0.9, n: 10, p50_s: 60, p90_s: null, p99_s: null };
  expect(frozenMeasures({ version: 1, measures: [line] })).toEqual([
    { key: 'on_scene_30min', inside: 9, outside: 1, pending: 0, share: 0.9, target: 1, met: false, p50_s: 60, p90_s: null, p99_s: null },
  ]);
});

it('what is no report has no measures', () => {
  for (const report of [null, 'x', {}, { measures: 7 }]) expect(frozenMeasures(report)).toEqual([]);
});
