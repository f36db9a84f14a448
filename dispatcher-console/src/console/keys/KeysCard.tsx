import { useState } from 'react';

import type { Key } from '../../generated/Key';
import type { Ticket } from '../../generated/Ticket';
import { duration } from '../../shared/format';
import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { ownerOf } from '../model/queue';
import { useSession } from '../state/session';
import { useWhyFailed } from '../state/why-failed';
import { AddKey } from './AddKey';
import { KeyLog } from './KeyLog';
import { RetireKey } from './RetireKey';
import { ShowCode } from './ShowCode';
import { SignIn, SignOut } from './SignOut';
import { useKeys } from './use-keys';

interface KeysCardProps {
  senior: string;
  /** The ticket in whose file this stands; without it codes are not shown. */
  ticket?: Ticket;
}

/** How to get in: where each key is, who has it, and the door code for whoever owns the ticket. */
export function KeysCard({ senior, ticket }: KeysCardProps) {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const { keys, renew } = useKeys(senior);
  const [adding, setAdding] = useState(false);
  return (
    <section className="keys" aria-labelledby="keys-heading">
      <h3 id="keys-heading">{t('keys.heading')}</h3>
      {keys.isError && <LoadFailed why={whyFailed(keys.error)} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="muted">{t('keys.none')}</p>}
      {keys.data !== undefined && keys.data.length > 0 && (
        <ul>
          {keys.data.map((entry) => (
            <Entry key={entry.id} entry={entry} ticket={ticket} renew={renew} />
          ))}
        </ul>
      )}
      {adding ? (
        <AddKey senior={senior} renew={renew} done={() => setAdding(false)} />
      ) : (
        <button type="button" className="button small quiet" onClick={() => setAdding(true)}>
          {t('keys.add')}
        </button>
      )}
    </section>
  );
}

interface EntryProps {
  entry: Key;
  ticket: Ticket | undefined;
  renew: () => void;
}

function Entry({ entry, ticket, renew }: EntryProps) {
  const { t, word } = useSpeech();
  const role = useSession((session) => session.user?.role);
  const me = useSession((session) => session.user?.id);
  const [open, setOpen] = useState<'out' | 'log' | 'retire' | null>(null);
  const mayRead = ticket !== undefined && ticket.status === 'open' && ownerOf(ticket, me) === 'me';
  const close = (): void => setOpen(null);
  const toggle = (what: 'out' | 'log' | 'retire'): void => setOpen(open === what ? null : what);
  return (
    <li className={entry.overdue ? 'overdue' : undefined}>
      <p>
        <span className="badge">{word('keyKind', entry.kind)}</span> <strong>{entry.place}</strong>
        {entry.note !== '' && <span className="muted"> {entry.note}</span>}
        {entry.retired && <span className="doubt"> {t('keys.retired')}</span>}
      </p>
      {entry.out !== null && <OutLine entry={entry} />}
      <p className="key-buttons">
        {entry.kind === 'code' && ticket !== undefined && <ShowCode entry={entry} ticket={ticket} mayRead={mayRead} />}
        {entry.kind === 'code' && ticket === undefined && <span className="muted">{t('keys.onlyTicket')}</span>}
        {entry.kind !== 'code' && entry.out === null && (
          <button type="button" className="button small" aria-expanded={open === 'out'} onClick={() => toggle('out')}>
            {t('keys.signOut')}
          </button>
        )}
        {entry.out !== null && <SignIn entry={entry} renew={renew} />}
        {(role === 'supervisor' || role === 'admin') && (
          <>
            <button type="button" className="button small quiet" aria-expanded={open === 'log'} onClick={() => toggle('log')}>
              {t('keys.log')}
            </button>
            {!entry.retired && (
              <button type="button" className="button small quiet" aria-expanded={open === 'retire'} onClick={() => toggle('retire')}>
                {t('keys.retire')}
              </button>
            )}
          </>
        )}
      </p>
      {open === 'out' && <SignOut entry={entry} ticket={ticket} renew={renew} done={close} />}
      {open === 'log' && <KeyLog entry={entry} />}
      {open === 'retire' && <RetireKey entry={entry} renew={renew} done={close} />}
    </li>
  );
}

function OutLine({ entry }: { entry: Key }) {
  const { t, lang } = useSpeech();
  if (entry.out === null) return null;
  const { name, out_s, note } = entry.out;
  const time = duration(out_s * 1_000, lang);
  return (
    <p className={entry.overdue ? 'doubt' : undefined}>
      {t('keys.outTo', { name: name ?? t('keys.somebody'), time })}
      {entry.overdue && ` · ${t('keys.overdue')}`}
      {note !== null && <span className="muted"> {note}</span>}
    </p>
  );
}
