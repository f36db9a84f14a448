import { describe, expect, it } from 'vitest';

import { at, ticket, work } from '../../console/testing/samples';
import { deviceFigures } from './devices';

describe('devices out of touch', () => {
  const silent = (id: string, village: string, offset_ms = 0) => work({ id, village, trouble: 'silent', since: at(offset_ms) });

  it('are counted once each, by what is wrong and by village', () => {
    const tickets = [
      ticket({ kind: 'equipment', devices: [silent('a', '步文村', -5), silent('b', '步文村', -9), silent('c', '后坑村')] }),
      ticket({ kind: 'equipment', devices: [silent('a', '步文村', -5), work({ id: 'd', trouble: 'low_battery' })] }),
    ];
    expect(deviceFigures(tickets)).toEqual({
      troubles: [
        { trouble: 'silent', number: 3 },
        { trouble: 'low_battery', number: 1 },
      ],
      villages: [
        { village: '步文村', number: 2 },
        { village: '后坑村', number: 1 },
      ],
      since: at(-9),
      tickets: 2,
    });
  });

  it('are none of an alarm', () => {
    expect(deviceFigures([ticket()])).toEqual({ troubles: [], villages: [], since: null, tickets: 0 });
  });
});
