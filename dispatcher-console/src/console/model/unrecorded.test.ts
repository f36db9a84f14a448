import { describe, expect, it } from 'vitest';

import { unrecorded } from '../testing/samples';
import { notToldOf } from './unrecorded';

describe('alarms that are not yet recorded', () => {
  it('are told of once each, although the whole list comes every time', () => {
    const told = new Set<string>();
    const first = unrecorded({ id: 'a1' });
    const second = unrecorded({ id: 'a2' });
    expect(notToldOf([first], told)).toEqual([first]);
    expect(notToldOf([first], told)).toEqual([]);
    expect(notToldOf([second, first], told)).toEqual([second]);
    expect(notToldOf([first], told)).toEqual([]);
  });

  it('are not told of again when they come back after a lost connection', () => {
    const told = new Set<string>();
    notToldOf([unrecorded()], told);
    notToldOf([], told);
    expect(notToldOf([unrecorded()], told)).toEqual([]);
  });
});
