import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { isStoreAway } from '../../shared/api';
import { useSpeech } from '../i18n';
import { searchBody } from '../model/search';
import { api } from '../services';
import { closeDialog } from '../state/desk';
import { useAct } from '../state/use-act';
import { Sheet } from '../ui/Sheet';

/** Finds whose ticket this is. What is searched for goes in a body: names never stand in addresses. */
export function VerifyDialog({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const [q, setQ] = useState('');
  const { act, busy } = useAct(ticket.id);
  const search = useMutation({
    mutationFn: (text: string) =>
      api.post<{ items: Senior[] }>('/v1/seniors/search', searchBody(text), { idempotencyKey: null }),
  });

  function find(event: FormEvent): void {
    event.preventDefault();
    if (q.trim() !== '') search.mutate(q.trim());
  }

  async function verify(senior: string): Promise<void> {
    if (await act(`/v1/tickets/${ticket.id}/verify`, { senior }, t('act.verify'))) closeDialog();
  }

  const known = ticket.senior;
  return (
    <Sheet title={t('dialog.verifyTitle')} hint={t('dialog.verifyHint')}>
      {known !== null && (
        <p className="verify-same">
          <strong>{ticket.who.name}</strong> {ticket.who.village}
          <button type="button" className="button primary" disabled={busy !== null} onClick={() => void verify(known)}>
            {t('dialog.verifySame')}
          </button>
        </p>
      )}
      <form className="search" onSubmit={find}>
        <label>
          <span>{t('dialog.searchLabel')}</span>
          <input type="search" autoFocus value={q} onChange={(event) => setQ(event.target.value)} />
        </label>
        <button type="submit" className="button" disabled={search.isPending}>
          {t('dialog.search')}
        </button>
      </form>
      <div aria-live="polite">
        {search.isError && <p className="fault">{isStoreAway(search.error) ? t('act.storeAway') : t('act.unreachable')}</p>}
        {search.data?.items.length === 0 && <p className="muted">{t('dialog.noMatch')}</p>}
        <ul className="matches">
          {search.data?.items.map((senior) => (
            <li key={senior.id}>
              <span>
                <strong>{senior.name}</strong> {senior.age !== null && t('queue.age', { age: senior.age })}
                <span className="muted"> {senior.village} · {senior.phone}</span>
              </span>
              <button type="button" className="button small" disabled={busy !== null} onClick={() => void verify(senior.id)}>
                {t('dialog.pick')}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  );
}
