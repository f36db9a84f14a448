import { type FormEvent, useState } from 'react';

import type { Key } from '../../generated/Key';
import { useSpeech } from '../i18n';
import { useSend, useTellFailure } from '../state/use-send';

/** An entry that is no longer true: it is listed no more, and its history stays. */
export function RetireKey({ entry, renew, done }: { entry: Key; renew: () => void; done: () => void }) {
  const { t } = useSpeech();
  const [why, setWhy] = useState('');
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();

  async function retire(event: FormEvent): Promise<void> {
    event.preventDefault();
    const sent = await send(`/v1/keys/${entry.id}`, { retire: why.trim() });
    if (sent === null) return;
    renew();
    if (!sent.done) return tellFailure(sent.error);
    done();
  }

  return (
    <form className="key-form" onSubmit={(event) => void retire(event)}>
      <label>
        <span>{t('keys.retireWhy')}</span>
        <input required maxLength={200} value={why} onChange={(event) => setWhy(event.target.value)} />
      </label>
      <p className="key-buttons">
        <button type="submit" className="button small primary" disabled={busy !== null || why.trim() === ''}>
          {busy === null ? t('keys.retire') : t('act.working')}
        </button>
        <button type="button" className="button small quiet" onClick={done}>
          {t('act.cancel')}
        </button>
      </p>
    </form>
  );
}
