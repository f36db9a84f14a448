import { expect, it } from 'vitest';

import { LONGEST_STOP_MS, weatherFault } from './weather';

const NOW = Date.parse('2026-11-23T00:00:00Z');
const until = (ahead_ms: number): string => new Date(NOW + ahead_ms).toISOString();

it('what the weather forbids ends, within three days', () => {
  const stops = ['ebike'];
  expect(weatherFault({ stops, until: '', note: '' }, NOW)).toBe('missing');
  expect(weatherFault({ stops, until: until(-1), note: '' }, NOW)).toBe('not_ahead');
  expect(weatherFault({ stops, until: until(LONGEST_STOP_MS + 1), note: '' }, NOW)).toBe('not_ahead');
  expect(weatherFault({ stops, until: until(LONGEST_STOP_MS), note: '' }, NOW)).toBeNull();
});

it('nothing stopped needs no end', () => {
  expect(weatherFault({ stops: [], until: '', note: '' }, NOW)).toBeNull();
});
