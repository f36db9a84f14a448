import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import { nameOf, whereOf } from '../model/facts';
import { hasArrived } from '../model/offer';
import type { Notice } from '../model/state';
import { useSettled, usePage } from './context';
import { BellMark, BigButton, Heading } from './parts';

/** Thanks are short: the next alarm may come any moment. */
const THANKS_MS = 8_000;

/** Whom it was about; after a reload the phone no longer knows, and says nothing. */
function Name({ file }: { file: OfferFile | null }): JSX.Element | null {
  const name = file === null ? null : nameOf(file);
  return name === null ? null : <strong>{name}</strong>;
}

/** Shouts that a task was taken back, until somebody has read it. */
export function CancelledScreen({ notice }: { notice: Extract<Notice, { kind: 'cancelled' }> }): JSX.Element {
  const { aide, t } = usePage();
  const settled = useSettled(notice.id);
  const where = notice.file === null ? [] : whereOf(notice.file);
  // Whoever stands beside the senior must not be sent away by a screen.
  const arrived = notice.file !== null && hasArrived(notice.file.offer);
  return (
    <>
      <main class="cancelled">
        <svg class="cancelled-mark" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
          <circle cx="50" cy="50" r="42" />
          <path d="M32 32 L68 68 M68 32 L32 68" />
        </svg>
        <Heading>{t('cancelled.title')}</Heading>
        <p class="cancelled-stop" role="alert">
          {t(arrived ? 'cancelled.stay' : 'cancelled.stop')}
        </p>
        <p>
          <Name file={notice.file} />
          {where.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </p>
        <p class="chip">{notice.why === 'gone' ? t('cancelled.gone') : t(`now.${notice.why}`)}</p>
      </main>
      <footer class="actions actions-cancelled">
        <BigButton look="stop" disabled={!settled} onTap={() => aide.acknowledge(notice.id)}>
          {t('cancelled.acknowledge')}
        </BigButton>
      </footer>
    </>
  );
}

/** Says thanks, then goes back to waiting by itself. */
export function ThanksScreen({ notice }: { notice: Extract<Notice, { kind: 'thanks' }> }): JSX.Element {
  const { aide, t } = usePage();
  useEffect(() => {
    const timer = setTimeout(() => aide.acknowledge(notice.id), THANKS_MS);
    return () => clearTimeout(timer);
  }, [aide, notice.id]);
  return (
    <>
      <main class="thanks">
        <BellMark />
        <Heading>{t('thanks.title')}</Heading>
        <p>
          <Name file={notice.file} />
        </p>
        <p role="status">{t('thanks.text')}</p>
      </main>
      <footer class="actions">
        <BigButton look="go" onTap={() => aide.acknowledge(notice.id)}>
          {t('thanks.back')}
        </BigButton>
      </footer>
    </>
  );
}

/** Offers nobody answered in time: not hidden, not shouted. */
export function MissedCards({ notices }: { notices: readonly Notice[] }): JSX.Element {
  const { aide, t } = usePage();
  return (
    <>
      {notices.map((notice) =>
        notice.kind === 'missed' ? (
          <section key={notice.id} class="card card-wait" role="status">
            <p>
              <strong>{t('missed.title')}</strong> <Name file={notice.file} />
            </p>
            <p>{t('missed.text')}</p>
            <button type="button" class="button button-calm" onClick={() => aide.acknowledge(notice.id)}>
              {t('send.dismiss')}
            </button>
          </section>
        ) : null,
      )}
    </>
  );
}
