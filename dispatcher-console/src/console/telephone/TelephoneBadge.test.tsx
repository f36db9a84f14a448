import { describe, expect, it, vi } from 'vitest';

import { wordsOf } from '../testing/render';
import { TelephoneBadge } from './TelephoneBadge';

const exchange = vi.hoisted(() => ({ since: null as string | null }));
vi.mock('./use-telephone', () => ({ useDisconnectedSince: () => exchange.since }));

describe('the badge of the telephone', () => {
  it('says since when the exchange is not connected, and nothing while it is', () => {
    exchange.since = '2026-11-21T12:03:09.000Z';
    expect(wordsOf('zh', <TelephoneBadge />)).toContain('电话已断开');
    expect(wordsOf('en', <TelephoneBadge />)).toContain('Telephone disconnected');
    exchange.since = null;
    expect(wordsOf('zh', <TelephoneBadge />)).toBe('');
  });
});
