import type { ForcedEntry } from '../../generated/ForcedEntry';
import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { entryStep } from '../model/forced-entry';
import { isEmergency } from '../model/queue';
import { openDialog } from '../state/desk';
import { useTimes } from '../state/use-district';
import { CommandButton } from '../ui/CommandButton';

/** The record of a forced entry in the file; red while the door is not secured. */
export function EntryCard({ entry }: { entry: ForcedEntry }) {
  const { t } = useSpeech();
  const step = entryStep(entry);
  return (
    <section className={step === 'secure' ? 'entry unsecured' : 'entry'} aria-labelledby="entry-heading">
      <h3 id="entry-heading">{t('entry.title')}</h3>
      {step === 'secure' && <p className="fault">{t('entry.unsecured')}</p>}
      <EntryFacts entry={entry} />
      <CommandButton command="forcedEntry" className="button small" onClick={() => openDialog('forcedEntry')}>
        {step === 'open' || step === 'secure' ? t('entry.goOn') : t('entry.openRecord')}
      </CommandButton>
    </section>
  );
}

/** The way to begin one, where somebody may be behind a door. */
export function ForceEntry({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const mayBeInside = isEmergency(ticket) || ticket.kind === 'wellbeing';
  if (ticket.forced_entry !== null || ticket.status !== 'open' || !mayBeInside) return null;
  return (
    <p>
      <CommandButton command="forcedEntry" className="button small" onClick={() => openDialog('forcedEntry')}>
        {t('entry.begin')}
      </CommandButton>
    </p>
  );
}

/** What is on record, in the order in which it happened. */
export function EntryFacts({ entry }: { entry: ForcedEntry }) {
  const { t } = useSpeech();
  const { dayAndTime } = useTimes();
  const facts: [string, string][] = [
    [t('entry.decided'), dayAndTime(entry.decided_at)],
    [t('entry.authorised_by'), entry.authorised_by],
    [t('entry.police_reference'), entry.police_reference],
    [t('entry.witness'), entry.witness],
    [t('entry.reason'), entry.reason],
  ];
  if (entry.opened !== null) facts.push([t('entry.opened'), `${dayAndTime(entry.opened.at)} · ${entry.opened.by}`]);
  if (entry.secured !== null)
    facts.push([t('entry.secured'), `${dayAndTime(entry.secured.at)} · ${entry.secured.by} · ${entry.secured.how}`]);
  if (entry.called_off !== null)
    facts.push([t('entry.called_off'), `${dayAndTime(entry.called_off.at)} · ${entry.called_off.text}`]);
  for (const { at, text } of entry.corrections) facts.push([t('entry.correction'), `${dayAndTime(at)} · ${text}`]);
  return (
    <dl className="entry-facts">
      {facts.map(([what, said], index) => (
        <div key={index}>
          <dt>{what}</dt>
          <dd>{said}</dd>
        </div>
      ))}
    </dl>
  );
}
