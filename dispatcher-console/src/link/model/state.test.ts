import { describe, expect, it } from 'vitest';

import { aFile, anOffer } from '../../aide/testing/files';
import { offerOf, tokenOf } from './ask';
import { endingOf, failed, FIRST, heard, pauseOf, tooLate } from './state';

const NOW = 1_000;

describe('the address', () => {
  it('has a token behind the #, or none', () => {
    expect(tokenOf('#abc')).toBe('abc');
    expect(tokenOf('#')).toBeNull();
    expect(tokenOf('')).toBeNull();
  });

  it('says of which offer its token is', () => {
    const id = '01980000-0000-7000-8000-0000000000ff';
    const hex = id.replace(/-/g, '') + 'fb'.repeat(16);
    const bytes = hex.replace(/../g, (byte) => String.fromCharCode(parseInt(byte, 16)));
    const token = btoa(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    expect(token).toMatch(/[-_]/);
    expect(offerOf(token)).toBe(id);
    for (const wrong of ['', 'x', '%%%', 'AAAA', '银铃']) expect(offerOf(wrong)).toBeNull();
  });
});

describe('an offer that was heard of', () => {
  it('is shown while it is in hand', () => {
    for (const status of ['offered', 'accepted', 'on_scene', 'escorting']) {
      const state = heard({ ...FIRST, lostSince: 1, opening: true }, aFile({ status }), NOW);
      expect(state).toMatchObject({ phase: 'in', lostSince: null, heardAt: NOW, opening: false, ending: null });
      expect(state.file?.offer.status).toBe(status);
    }
  });

  it('leaves nothing of the senior when it is over, and says how it ended', () => {
    const before = heard(FIRST, aFile({ status: 'accepted' }), NOW);
    for (const status of ['done', 'declined', 'expired', 'withdrawn']) {
      const state = heard({ ...before, pending: 'depart', refused: 'depart' }, aFile({ status }), NOW);
      expect(state).toMatchObject({ phase: 'over', file: null, ending: status, pending: null, refused: null, hadArrived: false });
    }
  });

  it('remembers that its responder stands beside the senior', () => {
    const before = heard(FIRST, aFile({ status: 'on_scene' }), NOW);
    expect(heard(before, aFile({ status: 'withdrawn' }), NOW).hadArrived).toBe(true);
  });

  it.each([
    ['place_taken', false, 'taken'],
    ['ticket_closed', false, 'closed'],
    ['by_hand', true, 'closed'],
    ['by_hand', false, 'withdrawn'],
    ['replaced', false, 'withdrawn'],
  ] as const)('withdrawn because of %s (closed: %s) is %s', (why, isClosed, ending) => {
    expect(endingOf({ ...anOffer({ status: 'withdrawn' }), withdrawn_why: why }, isClosed)).toBe(ending);
  });

  it('is in hand for a status that is not known yet', () => {
    expect(endingOf(anOffer({ status: 'offered' }), false)).toBeNull();
  });
});

describe('a link', () => {
  it('that comes too late says the truth', () => {
    expect(tooLate(FIRST, anOffer({ status: 'expired' }))).toMatchObject({ phase: 'over', ending: 'expired', opening: false });
  });

  it('that is none shows nothing of what was known', () => {
    const state = failed(heard(FIRST, aFile({ status: 'accepted' }), NOW), 'nobody');
    expect(state).toMatchObject({ phase: 'failed', failure: 'nobody', file: null, pending: null });
  });
});

describe('asking again', () => {
  it('is soon while somebody looks, seldom while nobody does, and never when it is over', () => {
    const state = heard(FIRST, aFile({ status: 'accepted' }), NOW);
    expect(pauseOf(state, false)).toBeLessThan(5_000);
    expect(pauseOf(state, true)).toBeGreaterThan(10_000);
    expect(pauseOf(heard(state, aFile({ status: 'done' }), NOW), false)).toBeNull();
    expect(pauseOf(FIRST, false)).toBeNull();
  });
});
