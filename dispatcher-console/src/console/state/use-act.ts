import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { ApiError } from '../../shared/api';
import { uuid } from '../../shared/uuid';
import { useSpeech } from '../i18n';
import { ownerOf } from '../model/queue';
import { api } from '../services';
import { notify } from './desk';
import { takeTicket } from './feed-store';
import { fileKey } from './keys';
import { useSession } from './session';

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
  const [busy, setBusy] = useState<string | null>(null);
  // An act of which nobody knows whether it was done keeps its key: trying again cannot do it twice.
  const unanswered = useRef<{ act: string; key: string } | null>(null);

  async function act(path: string, body: object, what: string): Promise<boolean> {
    if (busy !== null) return false;
    const same = `${path} ${JSON.stringify(body)}`;
    const key = unanswered.current?.act === same ? unanswered.current.key : uuid();
    unanswered.current = null;
    setBusy(path);
    try {
      const answer = await api.post<unknown>(path, body, { idempotencyKey: key });
      if (isTicket(answer)) takeTicket(answer);
      notify('good', t('act.done', { what }));
      return true;
    } catch (error) {
      if (error instanceof ApiError && (error.unreachable || error.storeAway)) unanswered.current = { act: same, key };
      explain(error);
      return false;
    } finally {
      setBusy(null);
      void client.invalidateQueries({ queryKey: fileKey(ticket) });
    }
  }

  function explain(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return; // the log-in is on the screen
    if (error.status === 409) {
      if (isTicket(error.current)) takeTicket(error.current);
      return notify('bad', conflictWords(error.current));
    }
    if (error.storeAway) return notify('bad', t('act.storeAway'));
    if (error.unreachable || error.status >= 500) return notify('bad', t('act.unreachable'));
    if (error.status === 403) return notify('bad', t('act.forbidden'));
    notify('bad', t('act.refused', { why: error.message }));
  }

  function conflictWords(current: unknown): string {
    if (!isTicket(current)) return t('act.conflict');
    if (current.status === 'closed') return t('act.conflictClosed');
    const me = useSession.getState().user?.id;
    return ownerOf(current, me) === 'other' ? t('act.conflictOther') : t('act.conflict');
  }

  return { busy, act };
}

function isTicket(value: unknown): value is Ticket {
  return typeof value === 'object' && value !== null && 'handling' in value && 'offers' in value;
}
