import { useEffect, useState } from 'react';

import type { Key } from '../../generated/Key';
import type { Ticket } from '../../generated/Ticket';
import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { api } from '../services';
import { useNow } from '../state/now';
import { useTellFailure } from '../state/use-send';

/** A code stands on the screen so long; whoever needs it longer shows it again, and that is on record. */
export const SHOWN_MS = 60_000;

interface ShowCodeProps {
  entry: Key;
  ticket: Ticket;
  mayRead: boolean;
}

/** The button that shows a code, says that it is kept who looked, and hides the code again. */
export function ShowCode({ entry, ticket, mayRead }: ShowCodeProps) {
  const { t } = useSpeech();
  const tellFailure = useTellFailure();
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState<{ code: string; until: number } | null>(null);
  const now = useNow();

  useEffect(() => {
    if (shown === null) return undefined;
    const timer = setTimeout(() => setShown(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);

  async function show(): Promise<void> {
    setBusy(true);
    try {
      // Every answer is a reading of its own: there is nothing to repeat under the same key.
      const { code } = await api.post<{ code: string }>(
        `/v1/keys/${entry.id}/code`,
        { ticket: ticket.id },
        { idempotencyKey: null },
      );
      setShown({ code, until: now + SHOWN_MS });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  }

  if (!mayRead) return <span className="muted">{t('keys.answerFirst')}</span>;
  if (shown !== null) {
    const left_s = Math.max(0, Math.ceil((shown.until - now) / 1_000));
    return (
      <span className="code-shown" role="status">
        <strong>{shown.code}</strong>
        <button type="button" className="button small quiet" onClick={() => setShown(null)}>
          {t('keys.hide', { seconds: left_s })}
        </button>
      </span>
    );
  }
  return (
    <button type="button" className="button small" disabled={busy} onClick={() => void show()}>
      {busy ? t('act.working') : t('keys.show')}
    </button>
  );
}
