import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';

import { useSpeech } from '../i18n';
import { LINK_MINUTES, USUAL_LINK_MINUTES, wholeUrl } from '../model/after';
import { closeDialog, notify } from '../state/desk';
import { fileKey } from '../state/keys';
import { useTimes } from '../state/use-district';
import { useSend, useTellFailure } from '../state/use-send';
import { Sheet, SheetButtons } from '../ui/Sheet';

/** The answer of the API: the address is told this once. */
interface SharedCard {
  link: string;
  url: string;
  expires_at: string;
}

/** Gives somebody outside a link to the card, for a time. */
export function CardLinkDialog({ ticket }: { ticket: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [to, setTo] = useState('120');
  const [minutes, setMinutes] = useState<number>(USUAL_LINK_MINUTES);
  const [shared, setShared] = useState<SharedCard | null>(null);
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();

  async function share(event: FormEvent): Promise<void> {
    event.preventDefault();
    const sent = await send<SharedCard>(`/v1/tickets/${ticket}/card-links`, { to: to.trim(), valid_min: minutes });
    if (sent === null) return;
    void client.invalidateQueries({ queryKey: fileKey(ticket) });
    if (sent.done) return setShared(sent.answer);
    // Made, and its answer lost on the way: nobody can learn the secret any more.
    if (sent.error.status === 409) return notify('bad', t('handover.linkLost'));
    tellFailure(sent.error);
  }

  if (shared !== null) return <Made shared={shared} to={to.trim()} />;
  return (
    <Sheet title={t('handover.linkTitle')} hint={t('handover.linkHint')}>
      <form onSubmit={(event) => void share(event)}>
        <label>
          <span>{t('handover.forWhom')}</span>
          <input required autoFocus maxLength={200} value={to} onChange={(event) => setTo(event.target.value)} />
        </label>
        <label>
          <span>{t('handover.howLong')}</span>
          <select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
            {LINK_MINUTES.map((value) => (
              <option key={value} value={value}>
                {t('handover.hours', { number: value / 60 })}
              </option>
            ))}
          </select>
        </label>
        <SheetButtons submit={t('handover.makeLink')} busy={busy !== null} disabled={to.trim() === ''} />
      </form>
    </Sheet>
  );
}

/** The link, shown once. */
function Made({ shared, to }: { shared: SharedCard; to: string }) {
  const { t } = useSpeech();
  const { dayAndTime } = useTimes();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const url = wholeUrl(shared.url, location.origin);

  async function copy(): Promise<void> {
    field.current?.select();
    setCopied(await copyText(url));
  }

  return (
    <Sheet title={t('handover.madeTitle', { to })} hint={t('handover.madeHint')}>
      <label className="made-link">
        <span>{t('handover.address')}</span>
        <input ref={field} readOnly value={url} spellCheck={false} onFocus={(event) => event.target.select()} />
      </label>
      <p className="muted">{t('handover.validUntil', { time: dayAndTime(shared.expires_at) })}</p>
      <p role="status" className={copied === false ? 'doubt' : undefined}>
        {copied === true && t('handover.copied')}
        {copied === false && t('handover.notCopied')}
      </p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={closeDialog}>
          {t('dialog.closeWindow')}
        </button>
        <button type="button" className="button primary" autoFocus onClick={() => void copy()}>
          {t('handover.copy')}
        </button>
      </div>
    </Sheet>
  );
}

/** Copies what is selected too, where a page without HTTPS has no clipboard. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand('copy');
  }
}
