import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import type { Senior } from '../../generated/Senior';
import { isStoreAway } from '../../shared/api';
import { useSpeech } from '../i18n';
import { searchBody } from '../model/search';
import { spokenNumber } from '../model/telephone';
import { api } from '../services';

interface SeniorSearchProps {
  onPick: (senior: Senior) => void;
  busy: boolean;
}

/** Finds a senior. What is searched for goes in a body: names never stand in addresses. */
export function SeniorSearch({ onPick, busy }: SeniorSearchProps) {
  const { t } = useSpeech();
  const [q, setQ] = useState('');
  const search = useMutation({
    mutationFn: (text: string) =>
      api.post<{ items: Senior[] }>('/v1/seniors/search', searchBody(text), { idempotencyKey: null }),
  });

  function find(event: FormEvent): void {
    event.preventDefault();
    if (q.trim() !== '') search.mutate(q.trim());
  }

  return (
    <>
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
                <span className="muted"> {senior.village} · {spokenNumber(senior.phone)}</span>
              </span>
              <button type="button" className="button small" disabled={busy} onClick={() => onPick(senior)}>
                {t('dialog.pick')}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
