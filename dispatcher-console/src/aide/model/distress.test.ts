import { describe, expect, it } from 'vitest';

import { aFile, AIDE, onDuty } from '../testing/files';
import { hasSos, saysTelephone } from './distress';

describe('the own SOS', () => {
  it('stands under the thumb on duty, and with work in hand also off duty', () => {
    const off = onDuty({ duty: { ...onDuty().duty, on: false } });
    expect(hasSos(onDuty())).toBe(true);
    expect(hasSos(off)).toBe(false);
    expect(hasSos({ ...off, offers: [aFile({ status: 'on_scene' })] })).toBe(true);
    expect(hasSos({ ...off, offers: [aFile({ status: 'offered' })] })).toBe(false);
  });

  it('stays while one is under way', () => {
    const off = onDuty({ duty: { ...onDuty().duty, on: false } });
    expect(hasSos({ ...off, distress: { kind: 'sending', attempt: 1 } })).toBe(true);
  });

  it('is nobody’s who is no responder', () => {
    expect(hasSos(onDuty({ session: { phase: 'in', user: { ...AIDE, responder: null } } }))).toBe(false);
    expect(hasSos(onDuty({ session: { phase: 'out', why: 'ended' } }))).toBe(false);
  });

  it('says to telephone when it does not get through', () => {
    expect(saysTelephone({ kind: 'sending', attempt: 2 })).toBe(false);
    expect(saysTelephone({ kind: 'sending', attempt: 3 })).toBe(true);
    expect(saysTelephone({ kind: 'failed', status: 403 })).toBe(true);
    expect(saysTelephone({ kind: 'received', at: 0, number: 1 })).toBe(false);
  });
});
