import type { OfferFile } from '../../generated/OfferFile';
import type { Api } from '../../shared/api';
import { uuid } from '../../shared/uuid';
import { isActive, isEngaged, type Step } from '../model/offer';
import { offerFileIn } from './read';
import { send } from './send';
import type { Store } from './store';

/** The aide's steps on an offer, sent one at a time. */
export interface Steps {
  take(offer: string, step: Step, body?: object): Promise<void>;
  /** Sends the step that got no answer again, with its own key. */
  again(): Promise<void>;
  dismiss(): void;
  /** Reads an offer as it is now. */
  read(offer: string): Promise<void>;
}

interface Attempted {
  offer: string;
  step: Step;
  body: object;
  key: string;
}

/** Returns the steps of an aide. */
export function createSteps(api: Api, store: Store): Steps {
  let last: Attempted | null = null;

  const knownOf = (id: string): OfferFile | undefined =>
    store.get().offers.find(({ offer }) => offer.id === id);

  async function read(id: string): Promise<void> {
    const file = await api.get<OfferFile>(`/v1/offers/${id}`);
    store.tell({ type: 'offer', file });
  }

  async function run(attempted: Attempted): Promise<void> {
    const { offer, step, body, key } = attempted;
    const tell = (attempt: number, state: 'sending' | 'failed' | 'refused', status = 0): void =>
      store.tell({ type: 'sending', sending: { offer, step, attempt, state, status } });

    const sent = await send(api, `/v1/offers/${offer}/${step}`, body, {
      key,
      onAttempt: (attempt) => tell(attempt, 'sending'),
    });
    switch (sent.kind) {
      case 'ok':
      case 'conflict': {
        const known = knownOf(offer);
        const file = offerFileIn(sent.kind === 'ok' ? sent.body : sent.current, known);
        if (file !== null) store.tell({ type: 'offer', file });
        last = null;
        // The full file comes with acceptance; a conflict without `current` is asked after.
        if (file === null || lacksFile(file, known)) await read(offer).catch(ignore);
        const now = knownOf(offer);
        const refused = sent.kind === 'conflict' && now !== undefined && isActive(now.offer);
        if (refused) tell(1, 'refused', 409);
        else store.tell({ type: 'sending', sending: null });
        return;
      }
      case 'refused':
        last = null;
        return tell(1, 'refused', sent.status);
      case 'unanswered':
        return tell(1, 'failed');
    }
  }

  async function take(offer: string, step: Step, body: object = {}): Promise<void> {
    if (store.get().sending?.state === 'sending') return;
    // The same step again is the same act, whichever button it was tapped on.
    const same = last?.offer === offer && last.step === step ? last : null;
    last = same ?? { offer, step, body, key: uuid() };
    await run(last);
  }

  return {
    take,
    again: async () => {
      if (last !== null && store.get().sending?.state === 'failed') await run(last);
    },
    dismiss: () => {
      last = null;
      store.tell({ type: 'sending', sending: null });
    },
    read,
  };
}

/** A bare offer was put into the file from before accepting, which has no door code and no illnesses. */
function lacksFile(file: OfferFile, known: OfferFile | undefined): boolean {
  const old = known !== undefined && !isEngaged(known.offer) && file.senior === known.senior;
  return isEngaged(file.offer) && file.ticket.senior !== null && (old || file.senior === null);
}

function ignore(): void {
  // Whoever could not be read now is read again with the next snapshot.
}
