import { type FormEvent, type KeyboardEvent, useState } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { PlaceLine } from '../file/PlaceLine';
import { useSpeech } from '../i18n';
import { coordinatesIn, coordinateText, movedBy } from '../model/coordinates';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { Sheet, SheetButtons } from '../ui/Sheet';

/** Corrects where the senior is, by coordinates that arrow keys move; the plan follows. */
export function PlaceDialog({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const [where, setWhere] = useState(ticket.position === null ? '' : coordinateText(ticket.position));
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();
  const place = coordinatesIn(where);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (place === null) return;
    const body = {
      ...place,
      ...(text.trim() === '' ? {} : { text: text.trim() }),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    };
    if (await act(`/v1/tickets/${ticket.id}/place`, body, t('place.title'))) close();
  }

  function move(event: KeyboardEvent): void {
    if (!event.altKey || !event.key.startsWith('Arrow')) return;
    event.preventDefault(); // Alt and an arrow would leave the page
    const next = place === null ? null : movedBy(place, event.key, event.shiftKey);
    if (next !== null) setWhere(coordinateText(next));
  }

  return (
    <Sheet title={t('place.title')} hint={t('place.hint')}>
      <form onSubmit={(event) => void send(event)}>
        <p>
          {t('place.now')} <PlaceLine placed={ticket} />
        </p>
        <label>
          <span>{t('place.where')}</span>
          <input
            required
            autoFocus
            inputMode="decimal"
            aria-describedby="place-fault"
            aria-invalid={where !== '' && place === null}
            maxLength={60}
            value={where}
            onChange={(event) => setWhere(event.target.value)}
            onKeyDown={move}
          />
        </label>
        <p className="fault" id="place-fault" role="status">
          {where !== '' && place === null && t('place.notRead')}
        </p>
        <label>
          <span>{t('place.text')}</span>
          <input maxLength={300} value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <label>
          <span>{t('place.reason')}</span>
          <input maxLength={300} value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        <SheetButtons submit={t('place.submit')} busy={busy !== null} disabled={place === null} />
      </form>
    </Sheet>
  );
}
