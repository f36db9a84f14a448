import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import { distance } from '../../shared/format';
import { isEngaged } from '../model/offer';
import { hereOf, MAX_NOTE, wrongAddressOf } from '../model/scene';
import { useAideState, usePage } from './context';
import { BigButton } from './parts';

/** The senior is not where the ticket says (地址不符): where instead, for the centre to decide. */
export function WrongAddress({ file, now }: { file: OfferFile; now: number }): JSX.Element | null {
  const { aide, t } = usePage();
  const { outbox } = useAideState(aide);
  const [open, setOpen] = useState(false);
  const { offer, ticket } = file;
  const waits = outbox.waiting.some((entry) => entry.offer === offer.id && entry.step === 'wrong-address');
  const known = (ticket.place_doubt ?? null) !== null;
  const wasKnown = useRef(known);
  if (known) wasKnown.current = true;
  if (!isEngaged(offer)) return null;
  if (open) return <Form offer={offer.id} now={now} onClose={() => setOpen(false)} />;
  return (
    <div class="wrong-address" data-wrong-address={waits ? 'waits' : known ? 'known' : 'none'}>
      <p role="status">{waits ? t('wrong.waits') : known ? t('wrong.known') : wasKnown.current ? t('wrong.decided') : ''}</p>
      <BigButton look="quiet" onTap={() => setOpen(true)}>
        {t(known || waits ? 'wrong.again' : 'wrong.begin')}
      </BigButton>
    </div>
  );
}

function Form({ offer, now, onClose }: { offer: string; now: number; onClose: () => void }): JSX.Element {
  const { aide, t, lang } = usePage();
  const { position } = useAideState(aide);
  const [text, setText] = useState('');
  const [wantsHere, setWantsHere] = useState(false);
  const here = hereOf(position, now);
  const body = wrongAddressOf(wantsHere ? here : null, text, aide.now());
  const send = (): void => {
    if (body === null) return;
    aide.take(offer, 'wrong-address', { content: body });
    onClose();
  };
  return (
    <section class="card" aria-label={t('wrong.title')}>
      <h2>{t('wrong.title')}</h2>
      <label class="field">
        {t('wrong.where')}
        <textarea rows={2} maxLength={MAX_NOTE} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <label class="check">
        <input type="checkbox" checked={wantsHere && here !== null} disabled={here === null} onChange={(event) => setWantsHere(event.currentTarget.checked)} />
        <span>{here === null ? t('wrong.here_unknown') : t('wrong.here', { radius: distance(here.accuracy_m, lang) })}</span>
      </label>
      <BigButton look="go" disabled={body === null} onTap={send}>
        {t('wrong.send')}
      </BigButton>
      <BigButton look="quiet" onTap={onClose}>
        {t('decline.back')}
      </BigButton>
    </section>
  );
}
