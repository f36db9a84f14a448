import { type FormEvent, type KeyboardEvent, useState } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import {
  CAUSES,
  type Closing,
  closingBody,
  guardOf,
  lacksArrival,
  missing,
  NOTHING_FILLED,
  OUTCOME_GROUPS,
  outcomesOf,
  WORK_CAUSES,
  WORK_OUTCOMES,
} from '../model/closing';
import { choiceKey, chosenBy } from '../model/choice-keys';
import { isWork } from '../model/queue';
import { isComposing } from '../model/stroke';
import { openDialog } from '../state/desk';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { KeyCap } from '../ui/Kbd';
import { Sheet, SheetButtons } from '../ui/Sheet';
import { OtherTicketSelect } from './OtherTicketSelect';

/** Ends a ticket: what came of it, what it was about, and the fact that the outcome demands. */
export function CloseDialog({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const [closing, setClosing] = useState<Closing>(NOTHING_FILLED);
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();
  const set = (field: keyof Closing, value: string): void => setClosing((before) => ({ ...before, [field]: value }));
  const guard = guardOf(closing.outcome);
  const work = isWork(ticket);
  const incomplete = missing(closing, work) !== null;

  /** A digit or a letter takes an outcome, unless it is being written somewhere. */
  function hear(event: KeyboardEvent): void {
    const { target } = event;
    const writes = target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== 'radio');
    if (writes || event.ctrlKey || event.altKey || event.metaKey || isComposing(event.nativeEvent)) return;
    const outcomes = outcomesOf(work);
    const index = chosenBy(event.key, outcomes.length);
    if (index === null) return;
    event.preventDefault();
    set('outcome', outcomes[index] ?? '');
  }

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (incomplete) return;
    if (await act(`/v1/tickets/${ticket.id}/close`, closingBody(closing), t('act.close'))) close();
  }

  return (
    <Sheet title={t('closing.title')} hint={work ? t('closing.workHint') : t('closing.hint')}>
      <form onSubmit={(event) => void send(event)} onKeyDown={hear}>
        <fieldset className="outcomes">
          <legend>{t('closing.outcome')}</legend>
          {work ? (
            <div className="outcome-group single">
              <Outcomes outcomes={WORK_OUTCOMES} group="workOutcome" all={outcomesOf(true)} chosen={closing.outcome} choose={(code) => set('outcome', code)} />
            </div>
          ) : (
            OUTCOME_GROUPS.map(({ group, outcomes }) => (
              <div key={group} className="outcome-group">
                <p className="muted">{t(`closing.${group}`)}</p>
                <Outcomes outcomes={outcomes} group="outcome" all={outcomesOf(false)} chosen={closing.outcome} choose={(code) => set('outcome', code)} />
              </div>
            ))
          )}
        </fieldset>
        {!work && ticket.scene !== null && ticket.scene.outcome !== null && (
          <p className="muted">{t('closing.saidThere', { outcome: word('outcome', ticket.scene.outcome) })}</p>
        )}
        {!work && lacksArrival(closing.outcome, ticket.times) && (
          <p className="doubt" role="status">
            {t('closing.noArrival')}
          </p>
        )}
        {guard === 'hospital' && (
          <label>
            <span>{t('closing.hospital')}</span>
            <input required autoFocus value={closing.hospital} onChange={(event) => set('hospital', event.target.value)} />
          </label>
        )}
        {guard === 'duplicate_of' && (
          <OtherTicketSelect own={ticket.id} value={closing.duplicate_of} onChange={(id) => set('duplicate_of', id)} />
        )}
        {closing.outcome === 'deceased' && ticket.death === null && ticket.senior !== null && (
          <p className="death-first">
            {t('death.first')}
            <button type="button" className="button small" onClick={() => openDialog('death')}>
              {t('death.state')}
            </button>
          </p>
        )}
        {guard === 'witness' && (
          <label>
            <span>{closing.outcome === 'deceased' ? t('closing.witnessDeceased') : t('closing.witnessNoContact')}</span>
            <input required autoFocus value={closing.witness} onChange={(event) => set('witness', event.target.value)} />
          </label>
        )}
        <label>
          <span>{work ? t('closing.workCause') : t('closing.cause')}</span>
          <select required={work} value={closing.cause} onChange={(event) => set('cause', event.target.value)}>
            <option value="">{work ? t('closing.chooseCause') : t('closing.noCause')}</option>
            {(work ? WORK_CAUSES : CAUSES).map((cause) => (
              <option key={cause} value={cause}>
                {word('cause', cause)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t('closing.note')}</span>
          <textarea rows={2} value={closing.note} onChange={(event) => set('note', event.target.value)} />
        </label>
        <SheetButtons submit={t('act.close')} busy={busy !== null} disabled={incomplete} />
      </form>
    </Sheet>
  );
}

interface OutcomesProps {
  outcomes: readonly string[];
  group: 'outcome' | 'workOutcome';
  /** All that are shown: a choice's key is its place among them. */
  all: readonly string[];
  chosen: string;
  choose: (outcome: string) => void;
}

function Outcomes({ outcomes, group, all, chosen, choose }: OutcomesProps) {
  const { word } = useSpeech();
  return (
    <div>
      {outcomes.map((outcome) => (
        <label key={outcome} className="choice">
          <input type="radio" name="outcome" value={outcome} required autoFocus={outcome === all[0]} checked={chosen === outcome} onChange={() => choose(outcome)} />
          <span>
            {word(group, outcome)}
            <KeyCap stroke={choiceKey(all.indexOf(outcome)) ?? ''} />
          </span>
        </label>
      ))}
    </div>
  );
}
