import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import { timeOfDay } from '../../shared/format';
import type { HandoverBody, HandoverResult } from '../app/handover';
import { stageOf } from '../model/offer';
import type { WordKey } from '../words/words';
import { usePage } from './context';

/** For whoever goes along: which hospital, and who took the senior over. */
export function HandoverCard({ file }: { file: OfferFile }): JSX.Element | null {
  const { t, lang } = usePage();
  const { ticket, offer } = file;
  if (stageOf(offer) !== 'escorting') return null;
  const { at_hospital, handed_over } = ticket.times;
  const hospital = ticket.handover?.hospital ?? '';
  const by = ticket.handover?.taken_over_by ?? '';
  return (
    <section class="block card" aria-label={t('handover.title')}>
      <h2>{t('handover.title')}</h2>
      {at_hospital === null ? (
        <Said
          ticket={ticket.id}
          label="handover.hospital"
          submit="handover.at_hospital"
          first={hospital}
          body={(text) => ({ step: 'at_hospital', hospital: text })}
        />
      ) : (
        <p>
          <strong>{t('handover.is_at_hospital', { time: timeOfDay(at_hospital, lang) })}</strong> {hospital}
        </p>
      )}
      {handed_over === null ? (
        <Said
          ticket={ticket.id}
          label="handover.by"
          submit="handover.handed_over"
          first={by}
          body={(text) => ({ step: 'handed_over', taken_over_by: text })}
        />
      ) : (
        <p>
          <strong>{t('handover.is_handed_over', { time: timeOfDay(handed_over, lang) })}</strong> {by}
        </p>
      )}
    </section>
  );
}

interface SaidProps {
  ticket: string;
  label: WordKey;
  submit: WordKey;
  first: string;
  body: (text: string) => HandoverBody;
}

/** One fact and its button; what was typed stays until it is with the centre. */
function Said({ ticket, label, submit, first, body }: SaidProps): JSX.Element {
  const { aide, t } = usePage();
  const [text, setText] = useState(first);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Exclude<HandoverResult, 'ok'> | null>(null);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (busy || text.trim() === '') return;
    setBusy(true);
    const result = await aide.handOver(ticket, body(text.trim()));
    setBusy(false);
    setProblem(result === 'ok' ? null : result);
  }

  return (
    <form class="stack" onSubmit={(event) => void send(event)}>
      <label class="field">
        {t(label)}
        <input value={text} maxLength={200} required onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {problem !== null && <p role="alert">{t(`handover.${problem}`)}</p>}
      <button type="submit" class="button button-calm" disabled={busy || text.trim() === ''}>
        {t(busy ? 'duty.busy' : submit)}
      </button>
    </form>
  );
}
