import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import { smaller } from '../../shared/picture';
import { uuid } from '../../shared/uuid';
import { canRetry, isTooLarge, TOO_LARGE, wordsFor } from '../model/photo';
import { keyFor } from '../words/words';
import { usePage } from './context';
import { BigButton } from './parts';

/** A photo under way; its key makes a repetition the same photo. */
interface Taken {
  bytes: Blob;
  what: string;
  key: string;
}

const SHOWS = ['before', 'after', 'other'] as const;

/** Photos of the door, with the phone's camera: before it is opened, afterwards, and of anything else. */
export function PhotoCard({ file }: { file: OfferFile }): JSX.Element {
  const { aide, t, lang } = usePage();
  const [busy, setBusy] = useState(false);
  const [unsent, setUnsent] = useState<Taken | null>(null);
  const [status, setStatus] = useState<number | null>(null);
  const { ticket } = file;

  async function send(taken: Taken): Promise<void> {
    setBusy(true);
    setStatus(null);
    const failed = await aide.sendPhoto(file.offer.id, ticket.id, taken.what, taken.bytes, taken.key);
    setUnsent(failed !== null && canRetry(failed) ? taken : null);
    setStatus(failed);
    setBusy(false);
  }

  async function take(input: HTMLInputElement, what: string): Promise<void> {
    const [chosen] = input.files ?? [];
    input.value = '';
    if (chosen === undefined) return;
    setBusy(true);
    const bytes = await smaller(chosen);
    if (!isTooLarge(bytes.size)) return send({ bytes, what, key: uuid() });
    setUnsent(null);
    setStatus(TOO_LARGE);
    setBusy(false);
  }

  return (
    <section class="block">
      <h2>{t('photo.title')}</h2>
      {ticket.photos.length > 0 && (
        <p>
          {t('photo.sent', { n: ticket.photos.length })}:{' '}
          {ticket.photos.map(({ what }) => t(keyFor('photo', what, 'photo.other'))).join(lang === 'zh' ? '、' : ', ')}
        </p>
      )}
      {status !== null && (
        <p class="card card-bad" role="alert">
          {t(wordsFor(status), { status })}
        </p>
      )}
      {unsent !== null && (
        <BigButton look="calm" disabled={busy} onTap={() => void send(unsent)}>
          {t('send.retry')}
        </BigButton>
      )}
      <div class="photo-buttons">
        {SHOWS.map((what) => (
          <label key={what} class={busy ? 'button button-calm photo-busy' : 'button button-calm'}>
            {busy ? t('duty.busy') : t(`photo.${what}`)}
            <input
              type="file"
              accept="image/*"
              capture="environment"
              disabled={busy}
              onChange={(event) => void take(event.currentTarget, what)}
            />
          </label>
        ))}
      </div>
    </section>
  );
}
