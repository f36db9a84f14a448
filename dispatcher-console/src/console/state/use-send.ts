import { useRef, useState } from 'react';

import { ApiError } from '../../shared/api';
import { uuid } from '../../shared/uuid';
import { useSpeech } from '../i18n';
import { api } from '../services';
import { notify } from './desk';

export type Sent<T> = { done: true; answer: T } | { done: false; error: ApiError };

export interface Sending {
  /** The path being posted to at present; null when idle. */
  busy: string | null;
  /** Posts something; null while something else is under way. What failed is for the caller to tell. */
  send: <T>(path: string, body: object) => Promise<Sent<T> | null>;
}

/** Returns the way to post: one thing at a time. */
export function useSend(): Sending {
  const [busy, setBusy] = useState<string | null>(null);
  // An act of which nobody knows whether it was done keeps its key: trying again cannot do it twice.
  const unanswered = useRef<{ act: string; key: string } | null>(null);

  async function send<T>(path: string, body: object): Promise<Sent<T> | null> {
    if (busy !== null) return null;
    const same = `${path} ${JSON.stringify(body)}`;
    const key = unanswered.current?.act === same ? unanswered.current.key : uuid();
    unanswered.current = null;
    setBusy(path);
    try {
      return { done: true, answer: await api.post<T>(path, body, { idempotencyKey: key }) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.unreachable || error.storeAway) unanswered.current = { act: same, key };
      return { done: false, error };
    } finally {
      setBusy(null);
    }
  }

  return { busy, send };
}

/** Returns the way to tell why something was not done; a 409 is for whoever knows what it means there. */
export function useTellFailure(): (error: ApiError) => void {
  const { t } = useSpeech();
  return (error) => {
    if (error.status === 401) return; // the log-in is on the screen
    if (error.storeAway) return notify('bad', t('act.storeAway'));
    if (error.unreachable || error.status >= 500) return notify('bad', t('act.unreachable'));
    if (error.status === 403) return notify('bad', t('act.forbidden'));
    notify('bad', t('act.refused', { why: error.message }));
  };
}
