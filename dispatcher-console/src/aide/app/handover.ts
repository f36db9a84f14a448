import type { Ticket } from '../../generated/Ticket';
import type { Api } from '../../shared/api';
import { uuid } from '../../shared/uuid';
import { fileAfter } from './read';
import { send } from './send';
import type { Store } from './store';

/** What whoever goes along says of the senior: at which hospital, or who took over. */
export type HandoverBody = { step: 'at_hospital'; hospital: string } | { step: 'handed_over'; taken_over_by: string };

/** How it ended; `unanswered`: it may be sent again. */
export type HandoverResult = 'ok' | 'unanswered' | 'refused';

/** Says in whose hands the senior is. */
export async function handOver(api: Api, store: Store, ticket: string, body: HandoverBody): Promise<HandoverResult> {
  const sent = await send(api, `/v1/tickets/${ticket}/handover`, body, { key: uuid() });
  switch (sent.kind) {
    case 'ok': {
      const file = fileAfter(sent.body as Ticket, store.get().offers);
      if (file !== null) store.tell({ type: 'offer', file });
      return 'ok';
    }
    case 'conflict':
    case 'refused':
      return 'refused';
    case 'unanswered':
      return 'unanswered';
  }
}
