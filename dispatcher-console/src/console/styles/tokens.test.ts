import { describe, expect, it } from 'vitest';

import css from './tokens.css?raw';

/** The tokens of a block of `tokens.css`. */
function tokensOf(selector: string): Record<string, string> {
  const from = css.indexOf(`\n${selector} {`);
  const block = css.slice(from, css.indexOf('\n}', from));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

const light = tokensOf(':root');
const night = { ...light, ...tokensOf(":root[data-theme='night']") };

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

const GROUNDS = 'page panel raised sunk hover chosen';
/** Words on grounds, as the style sheets put them. */
const TEXT: [string, string][] = [
  ['ink', `${GROUNDS} red-soft orange-soft yellow-soft green-soft blue-soft ringing call-soft note-soft`],
  ['muted', `${GROUNDS} red-soft orange-soft ringing call-soft`],
  ['red', `${GROUNDS} red-soft orange-soft ringing`],
  ['orange', `${GROUNDS} orange-soft ringing red-soft`],
  ['yellow', `${GROUNDS} ringing orange-soft red-soft`],
  ['blue', `${GROUNDS} ringing`],
  ['green', `${GROUNDS} green-soft call-soft ringing`],
  ['brand-text', `${GROUNDS} call-soft ringing orange-soft red-soft`],
  ['brand-ink', 'brand brand-dark red-fill red-fill-dark'],
  ['on-red', 'red-fill red-fill-dark'],
  ['notice-ink', 'notice'],
  ['note-ink', 'note-soft yellow-soft'],
  ['warn-ink', 'orange-soft raised'],
  ['mark-edge', 'person-free person-offered person-busy senior'],
];
/** What must be seen and is not read. */
const SHAPES: [string, string][] = [
  ['field-line', 'panel raised'],
  ['focus', GROUNDS],
  ['edge-2', 'raised'],
];

describe.each([
  ['light', light],
  ['night', night],
])('the colours of the %s theme', (_, tokens) => {
  const tooClose = (pairs: [string, string][], least: number): string[] =>
    pairs.flatMap(([over, under]) =>
      under.split(' ').flatMap((ground) => {
        const [one, other] = [tokens[over], tokens[ground]];
        if (one === undefined || other === undefined) return [`${over} or ${ground} is no token`];
        const has = contrast(one, other);
        return has < least ? [`${over} on ${ground}: ${has.toFixed(2)}`] : [];
      }),
    );

  it('let every word be read: 4.5:1', () => {
    expect(tooClose(TEXT, 4.5)).toEqual([]);
  });

  it('let every field and the focus be seen: 3:1', () => {
    expect(tooClose(SHAPES, 3)).toEqual([]);
  });
});
