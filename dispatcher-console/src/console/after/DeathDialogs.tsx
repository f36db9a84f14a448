import { type FormEvent, useState } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { deathStep } from '../model/after';
import { useSession } from '../state/session';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { Sheet, SheetButtons } from '../ui/Sheet';

/** Nobody else confirms a death. */
const CONFIRMING = ['120', '110'] as const;

/** Notes that a death was confirmed; a second person signs it. */
export function DeathDialog({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const [by, setBy] = useState<string>(ticket.death?.confirmed_by ?? '');
  const [reference, setReference] = useState(ticket.death?.reference ?? '');
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();
  const incomplete = by === '' || reference.trim() === '';

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (incomplete) return;
    const body = { confirmed_by: by, reference: reference.trim() };
    if (await act(`/v1/tickets/${ticket.id}/death`, body, t('death.title'))) close();
  }

  return (
    <Sheet title={t('death.title')} hint={t('death.hint')}>
      <form onSubmit={(event) => void send(event)}>
        <p className="handoff">
          <strong>{ticket.who.name}</strong> {ticket.who.age !== null && t('queue.age', { age: ticket.who.age })} {ticket.who.village}
        </p>
        <fieldset className="outcomes">
          <legend>{t('death.by')}</legend>
          <div className="choices">
            {CONFIRMING.map((code) => (
              <label key={code} className="choice">
                <input type="radio" name="by" value={code} required checked={by === code} onChange={() => setBy(code)} />
                <span>{word('target', code)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <label>
          <span>{t('death.reference')}</span>
          <input required maxLength={200} value={reference} onChange={(event) => setReference(event.target.value)} />
        </label>
        <SheetButtons submit={t('death.submit')} busy={busy !== null} disabled={incomplete} />
      </form>
    </Sheet>
  );
}

/** The second person reads what was told and what follows, and signs. */
export function SignDeathDialog({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const me = useSession((session) => session.user?.id);
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();
  const { death } = ticket;
  const can = deathStep(death, me) === 'sign';

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (await act(`/v1/tickets/${ticket.id}/death/sign`, {}, t('death.sign'))) close();
  }

  return (
    <Sheet title={t('death.signTitle')} hint={t('death.signHint')}>
      <form onSubmit={(event) => void send(event)}>
        <p className="handoff">
          <strong>{ticket.who.name}</strong> {ticket.who.age !== null && t('queue.age', { age: ticket.who.age })} {ticket.who.village}
          {death !== null && (
            <>
              <br />
              {t('death.confirmed', { by: word('target', death.confirmed_by) })} · {death.reference}
            </>
          )}
        </p>
        <p className="death-follows">{t('death.follows')}</p>
        <SheetButtons submit={t('death.sign')} busy={busy !== null} disabled={!can} />
      </form>
    </Sheet>
  );
}
