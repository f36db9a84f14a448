import { useQueryClient } from '@tanstack/react-query';

import type { Ticket } from '../../generated/Ticket';
import type { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { ownerOf } from '../model/queue';
import { undoingOf } from '../model/undo';
import { notify } from './desk';
import { takeTicket, useFeed } from './feed-store';
import { fileKey } from './keys';
import { useSession } from './session';
import { useSend, useTellFailure } from './use-send';

export interface Act {
  /** The path being posted to at present; null when idle. */
  busy: string | null;
  /** Posts an action; returns whether it was done. Whatever failed has been told by then. */
  act: (path: string, body: object, what: string) => Promise<boolean>;
}

/** Returns the way to do something to a ticket: one at a time, with every failure put into words. */
export function useAct(ticket: string): Act {
  const { t } = useSpeech();
  const client = useQueryClient();
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();

  async function act(path: string, body: object, what: string): Promise<boolean> {
    const before = useFeed.getState().tickets.get(ticket) ?? null;
    const sent = await send(path, body);
    if (sent === null) return false;
    void client.invalidateQueries({ queryKey: fileKey(ticket) });
    if (!sent.done) {
      explain(sent.error);
      return false;
    }
    const after = isTicket(sent.answer) ? sent.answer : null;
    if (after !== null) takeTicket(after);
    notify('good', t('act.done', { what }), undoingOf({ ticket, path, before, after, reason: t('undo.reason') }), what);
    return true;
  }

  function explain(error: ApiError): void {
    if (error.status !== 409) return tellFailure(error);
    if (isTicket(error.current)) takeTicket(error.current);
    notify('bad', conflictWords(error.current));
  }

  function conflictWords(current: unknown): string {
    if (!isTicket(current)) return t('act.conflict');
    if (current.status === 'closed') return t('act.conflictClosed');
    const me = useSession.getState().user?.id;
    return ownerOf(current, me) === 'other' ? t('act.conflictOther') : t('act.conflict');
  }

  return { busy, act };
}

export function isTicket(value: unknown): value is Ticket {
  return typeof value === 'object' && value !== null && 'handling' in value && 'offers' in value;
}
