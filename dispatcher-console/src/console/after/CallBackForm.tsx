import { type FormEvent, useState } from 'react';

import type { CallBack } from '../../generated/CallBack';
import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { CALL_RESULTS, type FollowUp, followUpBody, GRADES, isReached, NO_FOLLOW_UP, opensComplaint } from '../model/after';
import { useAct } from '../state/use-act';
import { Phone } from '../telephone/Phone';
import { CallBackWords } from './CallBackWords';

interface CallBackFormProps {
  ticket: Ticket;
  callBack: CallBack;
  senior: Senior | null;
}

/** The call that is due after a closed ticket: whom to call, and what came of it. */
export function CallBackForm({ ticket, callBack, senior }: CallBackFormProps) {
  const { t, word } = useSpeech();
  const [said, setSaid] = useState<FollowUp>(NO_FOLLOW_UP);
  const { act, busy } = useAct(ticket.id);
  const set = (changes: Partial<FollowUp>): void => setSaid((before) => ({ ...before, ...changes }));

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (said.result === '') return;
    if (await act(`/v1/tickets/${ticket.id}/follow-ups`, followUpBody(said), t('callBack.heading'))) setSaid(NO_FOLLOW_UP);
  }

  return (
    <section className="call-back" aria-labelledby="call-back-heading">
      <header className="section-head">
        <h3 id="call-back-heading">{t('callBack.heading')}</h3>
        <CallBackWords callBack={callBack} />
        {senior !== null && <Phone number={senior.phone} name={senior.name} senior={senior.id} ticket={ticket.id} />}
      </header>
      <form onSubmit={(event) => void send(event)}>
        <fieldset className="outcomes">
          <legend>{t('callBack.result')}</legend>
          <div className="choices">
            {CALL_RESULTS.map((code) => (
              <label key={code} className="choice">
                <input type="radio" name="result" value={code} required checked={said.result === code} onChange={() => set({ result: code })} />
                <span>{word('callBackResult', code)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {isReached(said) && (
          <fieldset className="outcomes">
            <legend>{t('callBack.grade')}</legend>
            <div className="choices">
              {GRADES.map((grade) => (
                <label key={grade} className="choice">
                  <input type="radio" name="grade" value={grade} checked={said.grade === grade} onChange={() => set({ grade })} />
                  <span>{word('grade', String(grade))}</span>
                </label>
              ))}
            </div>
          </fieldset>
        )}
        {opensComplaint(said) && <p className="doubt">{t('callBack.complaint')}</p>}
        <label>
          <span>{t('callBack.note')}</span>
          <textarea rows={2} value={said.note} onChange={(event) => set({ note: event.target.value })} />
        </label>
        <div className="dialog-buttons">
          <button type="submit" className="button primary" disabled={busy !== null || said.result === ''}>
            {busy === null ? t('callBack.save') : t('act.working')}
          </button>
        </div>
      </form>
    </section>
  );
}
