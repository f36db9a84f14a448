import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import type { Responder } from '../../generated/Responder';
import type { Shift } from '../../generated/Shift';
import type { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { type ShiftDraft, timesOf } from '../model/roster';
import { notify } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { renewRoster } from '../state/keys';
import { useSend } from '../state/use-send';
import { useWhyFailed } from '../state/why-failed';
import { useSpans } from './use-spans';

const ROLES = ['aide', 'rescuer'] as const;

interface ShiftFormProps {
  zone: string;
  /** What the form begins with. */
  start: Partial<ShiftDraft>;
}

/** Puts somebody into the roster. */
export function ShiftForm({ zone, start }: ShiftFormProps) {
  const { t, word } = useSpeech();
  const client = useQueryClient();
  const { spanWords } = useSpans(zone);
  const whyFailed = useWhyFailed();
  const responders = useFeed((feed) => feed.responders);
  const { busy, send } = useSend();
  const [draft, setDraft] = useState<ShiftDraft>({ responder: '', day: '', from: '07:00', to: '19:00', ...start });
  const [fault, setFault] = useState('');
  const times = timesOf(draft, zone);
  const change = (part: Partial<ShiftDraft>) => {
    setDraft({ ...draft, ...part });
    setFault('');
  };

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (times === null) return;
    const [from, to] = [times.from, times.to].map((at) => new Date(at).toISOString());
    const sent = await send<Shift>('/v1/roster/shifts', { responder: draft.responder, from, to });
    if (sent === null) return;
    renewRoster(client);
    if (!sent.done) return setFault(wordsFor(sent.error));
    notify('good', t('roster.added', { name: sent.answer.name, when: spanWords(sent.answer.from, sent.answer.to) }));
    change({ responder: '' });
  }

  function wordsFor(error: ApiError): string {
    const other = error.status === 409 ? error.current : null;
    if (isShift(other)) return t('roster.clash', { name: other.name, when: spanWords(other.from, other.to) });
    return whyFailed(error);
  }

  return (
    <form className="shift-form" aria-label={t('roster.add')} onSubmit={(event) => void add(event)}>
      <label>
        <span>{t('roster.who')}</span>
        <select value={draft.responder} autoFocus={start.from !== undefined} onChange={(event) => change({ responder: event.target.value })}>
          <option value="">{t('roster.choose')}</option>
          {ROLES.map((role) => (
            <optgroup key={role} label={word('role', role)}>
              {byName(responders.values(), role).map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label>
        <span>{t('roster.day')}</span>
        <input type="date" value={draft.day} onChange={(event) => change({ day: event.target.value })} />
      </label>
      <label>
        <span>{t('roster.from')}</span>
        <input type="time" value={draft.from} onChange={(event) => change({ from: event.target.value })} />
      </label>
      <label>
        <span>{draft.to > draft.from ? t('roster.to') : t('roster.toNextDay')}</span>
        <input type="time" value={draft.to} onChange={(event) => change({ to: event.target.value })} />
      </label>
      <button type="submit" className="button primary" disabled={busy !== null || draft.responder === '' || times === null}>
        {busy === null ? t('roster.add') : t('act.working')}
      </button>
      {fault !== '' && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </form>
  );
}

function byName(responders: Iterable<Responder>, role: string): Responder[] {
  return [...responders].filter((it) => it.role === role).sort((a, b) => a.name.localeCompare(b.name, 'zh'));
}

function isShift(value: unknown): value is Shift {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value && 'name' in value;
}
