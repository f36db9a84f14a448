import { describe, expect, it, vi } from 'vitest';

import { at, NOON, ticket, work } from '../testing/samples';
import { htmlOf, wordsOf } from '../testing/render';
import { WorkFile } from './WorkFile';

vi.mock('../state/now', () => ({ useNow: () => NOON }));

const job = ticket({
  kind: 'equipment',
  senior: null,
  who: { name: null, age: null, village: null },
  devices: [work(), work({ id: 'd2', name: '', trouble: 'low_battery', since: at(-3_600_000) })],
  next: { what: 'work_due', at: at(2 * 86_400_000) },
});

describe('the file of work on devices', () => {
  it('lists whose device it is, what is the matter and since when', () => {
    const words = wordsOf('zh', <WorkFile ticket={job} timeline={[]} waiting={0} />);
    for (const part of ['设备工单 · 2 台终端', '步文村 陈桂兰 手表 861234567890123 失联 24 小时前', '姓名未登记', '电量低 1 小时前', '报主管 2 天后'])
      expect(words).toContain(part);
  });

  it('lists many page by page, and counts those on no list yet', () => {
    const devices = Array.from({ length: 120 }, (_, n) => work({ id: `d${n}`, device: `86123456789${n + 1_000}` }));
    const words = wordsOf('zh', <WorkFile ticket={{ ...job, devices }} timeline={[]} waiting={2_500} />);
    expect(words).toContain('设备工单 · 120 台终端');
    expect(words).toContain('再看一些（还有 20 台）');
    expect(words).toContain('另有 2500 台终端情况相同');
    expect(words.split('手表').length - 1).toBe(100);
  });

  it('offers to answer, note and close, and nothing of an emergency', () => {
    const html = htmlOf('en', <WorkFile ticket={job} timeline={[]} waiting={0} />);
    for (const word of ['Answer', 'Note', 'Close']) expect(html).toContain(`>${word}<`);
    for (const word of ['Call 120', 'Confirm', 'Widen ring', 'vacant']) expect(html).not.toContain(word);
  });

  it('says how it ended, in words of its own', () => {
    const closed = { ...job, status: 'closed', handling: 'closed', outcome: 'helped', cause: 'no_credit', next: null };
    const words = wordsOf('zh', <WorkFile ticket={closed} timeline={[]} waiting={0} />);
    expect(words).toContain('结果：已处理好 · 停机');
    expect(words).toContain('重新打开');
  });
});
