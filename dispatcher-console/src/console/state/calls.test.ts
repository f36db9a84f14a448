import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Call } from '../../generated/Call';
import { at, call, ticket } from '../testing/samples';
import { forgetCalls, keepCall, putCallAway, startCalls, useCalls } from './calls';
import { clearDesk, closeSeniorFile, openDialog, openFile, openSeniorFile, useDesk } from './desk';
import { forget, take } from './feed-store';
import { loggedIn } from './session';

const ended = call({ state: 'ended', result: 'completed', answered_at: at(1_000), ended_at: at(9_000) });

describe('calls in hand', () => {
  beforeEach(forgetCalls);

  it('keep what was chosen and typed, whatever is changed', () => {
    keepCall(call(), { senior: 's1' });
    keepCall(ended, { draft: '问充电' });
    expect(useCalls.getState().kept.get('c1')).toMatchObject({ call: ended, senior: 's1', draft: '问充电', told: false });
  });

  it('are put away for good once they are over, and come back to the line while they run', () => {
    keepCall(ended);
    putCallAway(ended);
    expect([...useCalls.getState().putAway]).toEqual(['c1']);
    expect(useCalls.getState().kept.size).toBe(0);
    const running = call({ id: 'c2', state: 'answered' });
    keepCall(running);
    putCallAway(running);
    expect(useCalls.getState().putAway.has('c2')).toBe(false);
  });

  it('are taken in hand again by choosing them', () => {
    putCallAway(ended);
    keepCall(ended);
    expect(useCalls.getState().putAway.size).toBe(0);
  });
});

describe('a caller’s file', () => {
  /** A field that somebody types in, as far as the page looks at it. */
  class Field {
    value = '';
  }
  let field: Field | null = null;
  let stop: () => void;

  const tell = (...calls: Call[]): void => take({ type: 'calls', at: at(), calls });
  const open = (): string | null => useDesk.getState().openSenior;

  beforeEach(() => {
    vi.useFakeTimers();
    field = null;
    vi.stubGlobal('HTMLInputElement', Field);
    vi.stubGlobal('HTMLTextAreaElement', Field);
    vi.stubGlobal('document', {
      get activeElement() {
        return field;
      },
    });
    forget();
    forgetCalls();
    clearDesk();
    loggedIn({ id: 'u1', username: 'operator1', name: '方', role: 'operator', responder: null, districts: ['longwen'] });
    stop = startCalls();
  });

  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('opens when the telephone rings, once', () => {
    tell(call());
    expect(open()).toBe('s1');
    closeSeniorFile();
    tell(call());
    vi.advanceTimersByTime(5_000);
    expect(open()).toBeNull();
  });

  it('waits for somebody who types to finish', () => {
    field = new Field();
    field.value = '正在写';
    tell(call());
    expect(open()).toBeNull();
    field = null;
    vi.advanceTimersByTime(1_000);
    expect(open()).toBe('s1');
  });

  it('covers neither an open ticket nor a dialog', () => {
    take({ type: 'snapshot', seq: 1, tickets: [ticket({ handling: 'answered' })], responders: [] });
    openFile('t1');
    tell(call());
    expect(useDesk.getState()).toMatchObject({ openTicket: 't1', openSenior: null });
    clearDesk();
    openDialog('caller');
    vi.advanceTimersByTime(1_000);
    expect(open()).toBeNull();
  });

  it('does not cover the file of somebody who is on the telephone', () => {
    openSeniorFile('s1');
    const talks = call({ id: 'talks', state: 'answered' });
    const other = call({ id: 'c2', seniors: [{ id: 's2', name: '沈', age: null, village: '', relation: null }] });
    tell(talks, other);
    expect(open()).toBe('s1');
    tell({ ...talks, state: 'ended' }, other);
    expect(open()).toBe('s2');
  });
});
