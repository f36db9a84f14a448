import { type FormEvent, useState } from 'react';

import type { Ambulance } from '../../generated/Ambulance';
import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { spokenNumber } from '../model/telephone';
import { useDesk } from '../state/desk';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { Sheet, SheetButtons } from '../ui/Sheet';

const TARGETS = ['120', '110', '119', 'supervisor', 'leader'];

interface EscalateDialogProps {
  ticket: Ticket;
  senior: Senior | null;
  /** Which 120 serves the place. */
  ambulance: Ambulance | null;
}

/** Registers who was called. People dial 120, machines do not. */
export function EscalateDialog({ ticket, senior, ambulance }: EscalateDialogProps) {
  const { t, word } = useSpeech();
  const [to, setTo] = useState(useDesk((desk) => desk.escalateTo));
  const [reference, setReference] = useState('');
  const [minutes, setMinutes] = useState('');
  const [note, setNote] = useState('');
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    const body = {
      to,
      ...(reference.trim() === '' ? {} : { reference: reference.trim() }),
      ...(minutes === '' ? {} : { eta_min: Number(minutes) }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    };
    if (await act(`/v1/tickets/${ticket.id}/escalate`, body, word('target', to))) close();
  }

  return (
    <Sheet title={t('dialog.escalateTitle')} hint={t('dialog.escalateHint')}>
      <form onSubmit={(event) => void send(event)}>
        {senior !== null && <HandoffCard senior={senior} />}
        <label>
          <span>{t('dialog.escalateTo')}</span>
          <select value={to} onChange={(event) => setTo(event.target.value)}>
            {TARGETS.map((target) => (
              <option key={target} value={target}>
                {word('target', target)}
              </option>
            ))}
          </select>
        </label>
        {to === '120' && ambulance !== null && <p className="ambulance">{t('dialog.ambulance', { ...ambulance })}</p>}
        <div className="side-by-side">
          <label>
            <span>{t('dialog.reference')}</span>
            <input autoFocus value={reference} onChange={(event) => setReference(event.target.value)} />
          </label>
          <label>
            <span>{t('dialog.etaMin')}</span>
            <input type="number" min={0} max={240} value={minutes} onChange={(event) => setMinutes(event.target.value)} />
          </label>
        </div>
        <label>
          <span>{t('dialog.note')}</span>
          <textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
        </label>
        <SheetButtons submit={t('dialog.register')} busy={busy !== null} />
      </form>
    </Sheet>
  );
}

/** What to read out to whoever comes. */
function HandoffCard({ senior }: { senior: Senior }) {
  const { t, lang, word } = useSpeech();
  const age = senior.age === null ? '' : ` ${t('queue.age', { age: senior.age })}`;
  const health = listed([...senior.conditions, ...senior.medicines], lang);
  return (
    <section className="handoff" aria-label={t('dialog.card')}>
      <h3>{t('dialog.card')}</h3>
      <p>
        <strong>{senior.name}</strong> {word('sex', senior.sex)}
        {age} ☎ {spokenNumber(senior.phone)}
      </p>
      <p>{senior.address}</p>
      <p>{senior.access}</p>
      {health !== '' && <p>{health}</p>}
      {senior.allergies.length > 0 && (
        <p className="doubt">
          {t('file.allergies')}: {listed(senior.allergies, lang)}
        </p>
      )}
    </section>
  );
}
