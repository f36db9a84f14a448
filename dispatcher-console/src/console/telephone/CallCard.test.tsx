import { describe, expect, it, vi } from 'vitest';

import { at, call, caller, NOON } from '../testing/samples';
import { htmlOf, wordsOf } from '../testing/render';
import type { SessionState } from '../state/session';
import { CallCard } from './CallCard';
import { CallHistory } from './CallHistory';
import { CallLine } from './CallLine';

vi.mock('../state/now', () => ({ useNow: () => NOON + 5_000 }));
vi.mock(import('../state/session'), async (original) => {
  const session = await original();
  session.loggedIn({ id: 'u1', username: 'operator1', name: '方', role: 'operator', responder: null, districts: [] });
  // Rendered without a browser, a store shows what it began with.
  const useSession = Object.assign(<T,>(pick: (state: SessionState) => T): T => pick(session.useSession.getState()), session.useSession);
  return { ...session, useSession };
});

const son = caller({ id: 's2', name: '沈顺来', age: 83, village: '林墩村', relation: '儿子' });
const ended = call({ state: 'ended', result: 'abandoned', ended_at: at(2_000) });

describe('the card of a call', () => {
  it('says who may be calling, each to choose', () => {
    const words = wordsOf('zh', <CallCard call={call({ seniors: [caller(), son] })} former={false} />);
    expect(words).toContain('138 0013 8000');
    expect(words).toContain('响铃 0:05');
    expect(words).toContain('陈桂兰 84岁 步文村 本人的号码 打开档案');
    expect(words).toContain('沈顺来 83岁 林墩村 儿子的号码 打开档案');
  });

  it('never takes the focus', () => {
    expect(htmlOf('zh', <CallCard call={call()} former={false} />)).not.toMatch(/autofocus|tabindex/i);
  });

  it('can be put away only once it no longer rings', () => {
    expect(wordsOf('en', <CallCard call={call()} former={false} />)).not.toContain('Put away');
    expect(wordsOf('en', <CallCard call={ended} former={false} />)).toContain('Put away');
  });

  it('says by whom it was answered and how long it runs', () => {
    const running = call({ state: 'answered', by: '1001', answered_at: at(-60_000) });
    expect(wordsOf('zh', <CallCard call={running} former={false} />)).toContain('通话中 1:05 · 坐席 1001');
    expect(wordsOf('en', <CallCard call={running} former={false} />)).toContain('talking 1:05 · seat 1001');
  });

  it('says that the own call is the own', () => {
    const running = call({ state: 'answered', by: 'operator1', answered_at: at(-60_000) });
    expect(wordsOf('zh', <CallCard call={running} former={false} />)).toContain('通话中 1:05 · 我');
    expect(wordsOf('en', <CallHistory calls={[running]} />)).toContain('you');
    expect(wordsOf('en', <CallHistory calls={[{ ...running, by: 'operator2' }]} />)).toContain('seat operator2');
  });

  it('does not run on when the connection is lost', () => {
    const words = wordsOf('zh', <CallCard call={call({ state: 'answered', answered_at: at(-60_000) })} former />);
    expect(words).toContain('通话中');
    expect(words).not.toContain('1:05');
  });

  it('says that nothing more is heard of it, and lets its summary be saved', () => {
    const talking = call({ state: 'answered', answered_at: at(-60_000) });
    const keptHere = { call: talking, senior: 's1', found: null, draft: '问充电', told: true };
    const html = htmlOf('en', <CallCard call={talking} former={false} lost kept={keptHere} />);
    expect(html).toContain('Nothing more is heard');
    expect(html).not.toMatch(/disabled|talking/);
  });

  it('says how it ended, and asks to call back who did not reach us', () => {
    const words = wordsOf('zh', <CallCard call={ended} former={false} />);
    for (const part of ['未接，对方先挂断', '3 秒前结束', '请回拨', '通话小结', '保存小结']) expect(words).toContain(part);
  });

  it('shows the summary where somebody wrote one, and asks for no other', () => {
    const html = htmlOf('zh', <CallCard call={{ ...ended, summary: '问充电' }} former={false} />);
    expect(html).toContain('问充电');
    expect(html).not.toContain('<textarea');
  });

  it('marks a withheld number, and offers to search where the number is in no file', () => {
    const words = wordsOf('zh', <CallCard call={call({ withheld: true, number: null, seniors: [] })} former={false} />);
    for (const part of ['号码保密', '档案里没有这个号码', '查找老人']) expect(words).toContain(part);
  });
});

describe('calls in lists', () => {
  it('hide a withheld number', () => {
    const hidden = { ...ended, withheld: true, seniors: [] };
    expect(wordsOf('zh', <CallLine call={hidden} former={false} />)).not.toContain('138');
    expect(wordsOf('zh', <CallHistory calls={[hidden]} />)).toContain('号码保密');
    expect(wordsOf('zh', <CallHistory calls={[hidden]} />)).not.toContain('138');
  });

  it('say when, which way, with what result and what was said', () => {
    const past = call({ direction: 'out', state: 'ended', result: 'switched_off', ringing_at: at(-7_200_000), by: '1003', summary: '改日再打' });
    expect(wordsOf('zh', <CallHistory calls={[past]} />)).toBe('最近的电话 2 小时前 呼出 138 0013 8000 对方关机 坐席 1003 改日再打');
    expect(wordsOf('en', <CallHistory calls={[]} />)).toBe('Latest calls No calls yet');
  });
});
