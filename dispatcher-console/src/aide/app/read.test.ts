import { describe, expect, it } from 'vitest';

import { aFile, anOffer, aTicket } from '../testing/files';
import { fileAfter, offerFileIn } from './read';

describe('an answer', () => {
  it('is an offer file, or an offer that is put into the known one', () => {
    const known = aFile();
    const news = aFile({ status: 'accepted' });
    expect(offerFileIn(news, undefined)).toBe(news);
    expect(offerFileIn(news.offer, known)).toEqual({ ...known, offer: news.offer });
  });

  it('that is neither says nothing', () => {
    for (const body of [undefined, null, 'ok', {}, { offer: {} }]) expect(offerFileIn(body, aFile())).toBeNull();
    expect(offerFileIn(anOffer(), undefined)).toBeNull();
  });
});

describe('an event that names only the ticket', () => {
  it('moves the own offer on it, and keeps the file', () => {
    const ticket = aTicket({ seq: 11, offers: [anOffer({ status: 'withdrawn' })] });
    const file = fileAfter(ticket, [aFile()]);
    expect(file).toMatchObject({ offer: { status: 'withdrawn' }, ticket: { seq: 11 }, senior: { id: 's1' } });
  });

  it('of somebody else is not ours', () => {
    expect(fileAfter(aTicket({ id: 't9' }), [aFile()])).toBeNull();
  });
});
