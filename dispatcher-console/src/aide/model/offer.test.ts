import { describe, expect, it } from 'vitest';

import { aFile, anOffer, at } from '../testing/files';
import { canGiveBack, lostWhy, nextStep, partnersOf, progressOf, stageOf } from './offer';

const departed = anOffer({ status: 'accepted', departed_at: at(20) });
const withSenior = anOffer({ status: 'on_scene', with_senior_at: at(60) });

describe('the next step', () => {
  it('goes from accepting to done, one at a time', () => {
    expect(nextStep(anOffer({ status: 'accepted' }))).toEqual({ step: 'depart', other: null });
    expect(nextStep(departed)).toEqual({ step: 'on-scene', other: null });
    expect(nextStep(anOffer({ status: 'on_scene' }))).toEqual({ step: 'with-senior', other: null });
    expect(nextStep(withSenior)).toEqual({ step: 'done', other: 'escort' });
    expect(nextStep(anOffer({ status: 'escorting' }))).toEqual({ step: 'done', other: null });
  });

  it('is nothing on an offer that is not in hand, or in a state not known yet', () => {
    for (const status of ['offered', 'done', 'declined', 'expired', 'withdrawn', 'teleported']) {
      expect(nextStep(anOffer({ status })), status).toBeNull();
    }
    expect(stageOf(anOffer({ status: 'teleported' }))).toBe('unknown');
  });

  it('can be given back only before arriving', () => {
    expect(canGiveBack(departed)).toBe(true);
    expect(canGiveBack(withSenior)).toBe(false);
  });

  it('fills the bar of steps', () => {
    expect(progressOf(anOffer({ status: 'accepted' }))).toEqual({ at: 1, of: 5 });
    expect(progressOf(withSenior)).toEqual({ at: 4, of: 5 });
    expect(progressOf(anOffer({ status: 'escorting' }))).toEqual({ at: 4, of: 5 });
  });
});

describe('a lost offer', () => {
  const withdrawn = { status: 'withdrawn' };

  it('was taken by another when the service says so', () => {
    expect(lostWhy(aFile({ ...withdrawn, withdrawn_why: 'place_taken' }))).toBe('taken');
  });

  it('was withdrawn when an operator took it back', () => {
    expect(lostWhy(aFile({ ...withdrawn, withdrawn_why: 'by_hand' }))).toBe('withdrawn');
  });

  it('ended with its ticket when that is closed', () => {
    expect(lostWhy(aFile(withdrawn, { status: 'closed' }))).toBe('closed');
  });

  it('says so when it expired', () => {
    expect(lostWhy(aFile({ status: 'expired' }))).toBe('expired');
  });
});

describe('partners', () => {
  it('are the others who go or went, not who said no', () => {
    const offers = [
      anOffer(),
      anOffer({ id: 'o2', responder: 'r2', status: 'accepted' }),
      anOffer({ id: 'o3', responder: 'r3', status: 'declined' }),
      anOffer({ id: 'o4', responder: 'r4', status: 'done' }),
    ];
    expect(partnersOf(aFile({}, { offers })).map(({ responder }) => responder)).toEqual(['r2', 'r4']);
  });
});
