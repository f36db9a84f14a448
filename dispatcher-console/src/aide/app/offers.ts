import type { OfferFile } from '../../generated/OfferFile';
import type { Api } from '../../shared/api';
import { isEngaged } from '../model/offer';
import { offerFileIn } from './read';
import type { Store } from './store';

/** Reads offers, and takes them from the answers to steps. */
export interface Offers {
  /** Reads an offer as it is now. */
  read(offer: string): Promise<void>;
  /** Returns the offer in what a 409 says, or asks for it. */
  fromConflict(offer: string, current: unknown): Promise<OfferFile>;
  /** Takes the offer from the answer to a step, and asks for what the answer lacks. */
  heed(offer: string, answer: unknown): void;
}

/** Returns the offers of an aide. */
export function createOffers(api: Pick<Api, 'get'>, store: Store): Offers {
  const knownOf = (id: string): OfferFile | undefined => store.get().offers.find(({ offer }) => offer.id === id);
  const fetched = (id: string): Promise<OfferFile> => api.get<OfferFile>(`/v1/offers/${id}`);
  const read = async (id: string): Promise<void> => store.tell({ type: 'offer', file: await fetched(id) });

  return {
    read,
    fromConflict: async (id, current) => offerFileIn(current, knownOf(id)) ?? (await fetched(id)),
    heed: (id, answer) => {
      const known = knownOf(id);
      const file = offerFileIn(answer, known);
      if (file !== null) store.tell({ type: 'offer', file });
      // Whoever cannot be read now is read again with the next snapshot.
      if (file === null || lacksFile(file, known)) void read(id).catch(() => undefined);
    },
  };
}

/** A bare offer was put into the file from before accepting, which has no door code and no illnesses. */
function lacksFile(file: OfferFile, known: OfferFile | undefined): boolean {
  const old = known !== undefined && !isEngaged(known.offer) && file.senior === known.senior;
  return isEngaged(file.offer) && file.ticket.senior !== null && (old || file.senior === null);
}
