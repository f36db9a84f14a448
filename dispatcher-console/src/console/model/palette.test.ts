import { describe, expect, it } from 'vitest';

import { matches } from '../keyboard/pinyin';
import { ticket } from '../testing/samples';
import { commandsFor, fits, isEnough, NO_PINYIN, ticketsFor } from './palette';

const chen = ticket({ id: 'a', number: 12, who: { name: '陈桂兰', age: 84, village: '步文村' } });
const shan = ticket({ id: 'b', number: 121, urgency: 1, who: { name: '单秀英', age: 81, village: '文昌村' } });
const ids = (typed: string, pinyin = matches): string[] => ticketsFor(typed, [chen, shan], pinyin).map(({ id }) => id);

describe('the palette', () => {
  it('finds a ticket by number, name, pinyin and initials', () => {
    expect(ids('#121')).toEqual(['b']);
    expect(ids('12')).toEqual(['b', 'a']);
    expect(ids('桂兰')).toEqual(['a']);
    expect(ids('chenguilan')).toEqual(['a']);
    expect(ids('cgl')).toEqual(['a']);
    expect(ids('chengl')).toEqual(['a']);
    expect(ids('CHEN gui')).toEqual(['a']);
  });

  it('knows that a surname is read otherwise', () => {
    expect(ids('shanxiuying')).toEqual(['b']);
    expect(ids('sxy')).toEqual(['b']);
  });

  it('finds by the village too', () => {
    expect(ids('wcc')).toEqual(['b']);
  });

  it('shows all, most urgent first, while nothing is typed', () => {
    expect(ids('')).toEqual(['b', 'a']);
  });

  it('finds what is written while the table of pinyin is not there', () => {
    expect(ids('桂兰', NO_PINYIN)).toEqual(['a']);
    expect(ids('cgl', NO_PINYIN)).toEqual([]);
  });

  it('does not show more than can be read', () => {
    const many = Array.from({ length: 40 }, (_, number) => ticket({ id: String(number), number }));
    expect(ticketsFor('', many, NO_PINYIN).length).toBeLessThanOrEqual(10);
  });

  it('finds commands by their words', () => {
    const commands = [
      { words: ['受理', 'answer'], key: 'A' },
      { words: ['结单', 'close'], key: 'E' },
    ];
    expect(commandsFor('jd', commands, matches)).toEqual([commands[1]]);
    expect(commandsFor('ans', commands, matches)).toEqual([commands[0]]);
  });

  it('asks the server only when there is enough to ask for', () => {
    expect(['陈', 'cg', '0596'].every(isEnough)).toBe(true);
    expect(['', ' ', 'c'].some(isEnough)).toBe(false);
  });

  it('takes hostile text as text', () => {
    for (const typed of ['\\', '(', '[', '.*', '<img src=x>', '𠮷']) expect(fits('陈桂兰', typed, matches), typed).toBe(false);
  });
});
