import { describe, expect, it, vi } from 'vitest';

import { at, device, NOON } from '../testing/samples';
import { htmlOf, wordsOf } from '../testing/render';
import { DeviceCard } from './DeviceCard';

vi.mock('../state/now', () => ({ useNow: () => NOON }));

const low = device({
  battery_pct: 12,
  battery_at: at(-42 * 60_000),
  position: { lat: 24.5, lon: 117.6, accuracy_m: 30, source: 'gps', at: at(-120_000) },
  pressed_at: at(-3 * 3_600_000),
});

describe('the card of a device', () => {
  it('says everything with its age, in Chinese', () => {
    const words = wordsOf('zh', <DeviceCard device={low} fresh />);
    for (const part of ['手表', '861234567890123', '在线', '1 分钟前', '12%', '快没电了', '42 分钟前报的', 'GPS · 2 分钟前 · 误差约 30 米', '3 小时前'])
      expect(words).toContain(part);
  });

  it('says the same in English', () => {
    const words = wordsOf('en', <DeviceCard device={low} fresh />);
    for (const part of ['Watch', 'Connected', '1 min ago', '12%', 'told 42 min ago', 'GPS · 2 min ago', '3 h ago', 'Where are you', 'Ring'])
      expect(words).toContain(part);
    expect(words).not.toMatch(/[\u3400-\u9fff]/);
  });

  it('does not say that a device is connected when the page is not', () => {
    const words = wordsOf('zh', <DeviceCard device={low} fresh={false} />);
    expect(words).toContain('数据已旧');
    expect(words).not.toContain(' 在线');
  });

  it('says what became of what it was asked, an order too old for it included', () => {
    const asked = [
      { command: 'ring', at: at(-3_600_000), state: 'expired', until: null },
      { command: 'locate', at: at(-60_000), state: 'waits', until: at(540_000) },
    ];
    const words = wordsOf('zh', <DeviceCard device={{ ...low, connected: false, asked }} fresh />);
    for (const part of ['已过期：它没有及时上线，没有发出', '等它上线 · 最迟到']) expect(words).toContain(part);
  });

  it('offers no commands to a phone, which takes none', () => {
    const html = htmlOf('zh', <DeviceCard device={device({ protocol: 'http', connected: null })} fresh />);
    expect(html).not.toContain('<button');
    expect(html).toContain('不能从这里定位或响铃');
  });
});
