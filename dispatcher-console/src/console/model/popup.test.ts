import { describe, expect, it } from 'vitest';

import { at, ticket } from '../testing/samples';
import { choosePopUp, type Desk, passedAfter } from './popup';

function desk(changes: Partial<Desk>): Desk {
  return { tickets: [], open: null, shown: new Set(), busy: false, ...changes };
}

describe('the pop-up', () => {
  it('shows a new alarm', () => {
    expect(choosePopUp(desk({ tickets: [ticket()] }))?.id).toBe('t1');
  });

  it('never shows work on devices', () => {
    expect(choosePopUp(desk({ tickets: [ticket({ kind: 'equipment', senior: null })] }))).toBeNull();
  });

  it('shows the most urgent first, then who has waited longest', () => {
    const tickets = [
      ticket({ id: 'young' }),
      ticket({ id: 'waited', times: { received: at(-20_000) } }),
      ticket({ id: 'help', urgency: 3, times: { received: at(-90_000) } }),
    ];
    expect(choosePopUp(desk({ tickets }))?.id).toBe('waited');
  });

  it('never tears a file away from somebody who types or has a dialog open', () => {
    expect(choosePopUp(desk({ tickets: [ticket()], busy: true }))).toBeNull();
  });

  it('does not cover an alarm that is shown and still unanswered', () => {
    const open = ticket({ id: 'open' });
    expect(choosePopUp(desk({ tickets: [open, ticket()], open, shown: new Set(['open']) }))).toBeNull();
  });

  it('does cover a ticket that is being handled', () => {
    const open = ticket({ id: 'open', handling: 'answered' });
    expect(choosePopUp(desk({ tickets: [open, ticket()], open }))?.id).toBe('t1');
  });

  it('does not bring back what was shown before, nor what others answered', () => {
    expect(choosePopUp(desk({ tickets: [ticket()], shown: new Set(['t1']) }))).toBeNull();
    expect(choosePopUp(desk({ tickets: [ticket({ handling: 'answered' })] }))).toBeNull();
  });
});

describe('an operator who is busy with a file', () => {
  const ringing = (): Set<string> => new Set(['waits']);
  const open = ticket({ id: 'open' });
  const answered = ticket({ id: 'open', handling: 'answered' });

  it('keeps it on answering: who waited before does not cover it', () => {
    expect(passedAfter({ passed: new Set(), before: open, open: answered, ringing })).toEqual(new Set(['waits']));
  });

  it('is shown only alarms that come later', () => {
    expect(passedAfter({ passed: new Set(['a']), before: answered, open: answered, ringing })).toEqual(new Set(['a']));
  });

  it('is shown who waited once the file is closed', () => {
    expect(passedAfter({ passed: new Set(['a']), before: answered, open: null, ringing })).toEqual(new Set());
  });
});
