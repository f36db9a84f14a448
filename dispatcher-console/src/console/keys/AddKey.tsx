import { type FormEvent, useState } from 'react';

import { useSpeech } from '../i18n';
import { useSend, useTellFailure } from '../state/use-send';

const KINDS = ['key', 'card', 'code'] as const;

interface AddKeyProps {
  senior: string;
  renew: () => void;
  done: () => void;
}

/** Puts a key, a card or a code into the register. A code is sealed there; here it goes with the form. */
export function AddKey({ senior, renew, done }: AddKeyProps) {
  const { t, word } = useSpeech();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('key');
  const [place, setPlace] = useState('');
  const [code, setCode] = useState('');
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    const body = { kind, place: place.trim(), ...(kind === 'code' ? { code: code.trim() } : {}) };
    const sent = await send(`/v1/seniors/${senior}/keys`, body);
    if (sent === null) return;
    if (!sent.done) return tellFailure(sent.error);
    renew();
    done();
  }

  const missing = place.trim() === '' || (kind === 'code' && code.trim() === '');
  return (
    <form className="key-form" onSubmit={(event) => void add(event)}>
      <fieldset>
        <legend>{t('keys.kind')}</legend>
        <div className="key-buttons">
          {KINDS.map((each) => (
            <label key={each} className="choice">
              <input type="radio" name="key-kind" checked={kind === each} onChange={() => setKind(each)} />
              <span>{word('keyKind', each)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label>
        <span>{kind === 'code' ? t('keys.door') : t('keys.place')}</span>
        <input required maxLength={200} value={place} onChange={(event) => setPlace(event.target.value)} />
      </label>
      {kind === 'code' && (
        <label>
          <span>{t('keys.code')}</span>
          <input required maxLength={64} autoComplete="off" value={code} onChange={(event) => setCode(event.target.value)} />
        </label>
      )}
      <p className="key-buttons">
        <button type="submit" className="button small primary" disabled={busy !== null || missing}>
          {busy === null ? t('keys.save') : t('act.working')}
        </button>
        <button type="button" className="button small quiet" onClick={done}>
          {t('act.cancel')}
        </button>
      </p>
    </form>
  );
}
