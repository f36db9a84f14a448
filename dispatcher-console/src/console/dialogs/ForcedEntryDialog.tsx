import { type FormEvent, useState } from 'react';

import type { ForcedEntry } from '../../generated/ForcedEntry';
import type { Ticket } from '../../generated/Ticket';
import { EntryFacts } from '../file/EntryCard';
import { useSpeech } from '../i18n';
import { type EntryField, entryStep, FIELDS_OF } from '../model/forced-entry';
import { closeDialog } from '../state/desk';
import { useAct } from '../state/use-act';
import { Sheet } from '../ui/Sheet';

/** A door is opened by force, step by step: decided, opened, secured. It stays open from one to the next. */
export function ForcedEntryDialog({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const entry = ticket.forced_entry;
  const step = entryStep(entry);
  return (
    <Sheet title={t('entry.title')} hint={t(`entry.hint.${step}`)}>
      <ol className="entry-steps" aria-label={t('entry.steps')}>
        {(['decide', 'open', 'secure'] as const).map((each) => (
          <li key={each} aria-current={each === step ? 'step' : undefined}>
            {t(`entry.step.${each}`)}
          </li>
        ))}
      </ol>
      {entry !== null && <EntryFacts entry={entry} />}
      {ticket.status === 'open' && step !== 'done' && <Step key={step} ticket={ticket} step={step} />}
      {ticket.status === 'open' && step === 'open' && <OneText key="off" ticket={ticket} field="called_off" />}
      {entry !== null && <OneText key={correctionsOf(entry)} ticket={ticket} field="correction" />}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={closeDialog}>
          {t('dialog.closeWindow')}
        </button>
      </div>
    </Sheet>
  );
}

/** A correction that was taken leaves an empty field behind. */
const correctionsOf = (entry: ForcedEntry): string => `correction-${entry.corrections.length}`;

function Step({ ticket, step }: { ticket: Ticket; step: 'decide' | 'open' | 'secure' }) {
  const { t } = useSpeech();
  const [said, setSaid] = useState<Partial<Record<EntryField, string>>>({});
  const { act, busy } = useAct(ticket.id);
  const fields = FIELDS_OF[step];
  const incomplete = fields.some((field) => (said[field] ?? '').trim() === '');

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (incomplete) return;
    const body = Object.fromEntries(fields.map((field) => [field, (said[field] ?? '').trim()]));
    await act(`/v1/tickets/${ticket.id}/forced-entry`, body, t(`entry.step.${step}`));
  }

  return (
    <form onSubmit={(event) => void send(event)}>
      {fields.map((field, index) => (
        <label key={field}>
          <span>{t(`entry.${field}`)}</span>
          <input
            required
            autoFocus={index === 0}
            maxLength={300}
            value={said[field] ?? ''}
            onChange={(event) => setSaid((before) => ({ ...before, [field]: event.target.value }))}
          />
        </label>
      ))}
      <div className="dialog-buttons">
        <button type="submit" className="button primary" disabled={busy !== null || incomplete}>
          {busy === null ? t(`entry.record.${step}`) : t('act.working')}
        </button>
      </div>
    </form>
  );
}

/** What stands beside the steps: it was called off, or something is put right. */
function OneText({ ticket, field }: { ticket: Ticket; field: 'called_off' | 'correction' }) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const { act, busy } = useAct(ticket.id);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (text.trim() === '') return;
    await act(`/v1/tickets/${ticket.id}/forced-entry`, { [field]: text.trim() }, t(`entry.${field}`));
  }

  return (
    <details className="entry-aside">
      <summary>{t(`entry.${field}`)}</summary>
      <form onSubmit={(event) => void send(event)}>
        <label>
          <span>{t(`entry.${field}Text`)}</span>
          <input required maxLength={300} value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <div className="dialog-buttons">
          <button type="submit" className="button" disabled={busy !== null || text.trim() === ''}>
            {busy === null ? t('dialog.register') : t('act.working')}
          </button>
        </div>
      </form>
    </details>
  );
}
