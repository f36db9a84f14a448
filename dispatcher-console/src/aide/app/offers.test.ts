import { describe, expect, it } from 'vitest';

import type { OfferFile } from '../../generated/OfferFile';
import type { Api } from '../../shared/api';
import { aFile, onDuty } from '../testing/files';
import { createOffers, type Offers } from './offers';
import { createStore, type Store } from './store';

/** An aide with one offer, and a server that knows it so. */
function bench(now: OfferFile): { store: Store; offers: Offers; reads: string[] } {
  const reads: string[] = [];
  const get: Api['get'] = async <T>(path: string) => {
    reads.push(path);
    return now as T;
  };
  const store = createStore(onDuty({ offers: [aFile()] }));
  return { store, offers: createOffers({ get }, store), reads };
}

const engaged = aFile({ status: 'accepted' }, { seq: 11 });

describe('the answer to a step', () => {
  it('brings the offer', () => {
    const { store, offers } = bench(engaged);
    offers.heed('o1', engaged);
    expect(store.get().offers[0]?.offer.status).toBe('accepted');
  });

  it('with a bare offer is put into the file known before, and the whole file is asked for', () => {
    const { store, offers, reads } = bench(engaged);
    offers.heed('o1', engaged.offer);
    expect(store.get().offers[0]).toMatchObject({ offer: { status: 'accepted' }, ticket: { number: 1042 } });
    expect(reads).toEqual(['/v1/offers/o1']);
  });

  it('that is a no without the offer as it is now is looked up', async () => {
    const { offers } = bench(aFile({ status: 'withdrawn' }));
    expect((await offers.fromConflict('o1', undefined)).offer.status).toBe('withdrawn');
    expect((await offers.fromConflict('o1', aFile({ status: 'expired' }))).offer.status).toBe('expired');
  });
});
