import { type FormEvent, useState } from 'react';

import type { Key } from '../../generated/Key';
import type { Responder } from '../../generated/Responder';
import type { Ticket } from '../../generated/Ticket';
import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { takersOf } from '../model/keys';
import { notify } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useSend, useTellFailure } from '../state/use-send';

interface SignOutProps {
  entry: Key;
  ticket: Ticket | undefined;
  renew: () => void;
  done: () => void;
}

/** Returns the way to say why a key was not given out or taken back: most often somebody was quicker. */
function useTellKeyFailure(): (error: ApiError) => void {
  const { t } = useSpeech();
  const tellFailure = useTellFailure();
  return (error) => {
    if (error.status !== 409) return tellFailure(error);
    const out = (error.current as Key | undefined)?.out ?? null;
    notify('bad', out === null ? t('keys.changed') : t('keys.taken', { name: out.name ?? t('keys.somebody') }));
  };
}

/** Who takes the key: those of the team first. */
export function SignOut({ entry, ticket, renew, done }: SignOutProps) {
  const { t, word } = useSpeech();
  const responders = useFeed((feed) => feed.responders);
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  const { busy, send } = useSend();
  const tellFailure = useTellKeyFailure();

  async function give(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (to === '') return;
    const body = { to, ...(ticket === undefined ? {} : { ticket: ticket.id }), ...(note.trim() === '' ? {} : { note: note.trim() }) };
    const sent = await send(`/v1/keys/${entry.id}/sign-out`, body);
    if (sent === null) return;
    renew();
    if (!sent.done) return tellFailure(sent.error);
    done();
  }

  const option = ({ id, name, role }: Responder) => (
    <option key={id} value={id}>
      {name} · {word('role', role)}
    </option>
  );
  const { team, others } = takersOf(responders.values(), ticket);
  return (
    <form className="key-form" onSubmit={(event) => void give(event)}>
      <label>
        <span>{t('keys.to')}</span>
        <select required value={to} onChange={(event) => setTo(event.target.value)}>
          <option value="">{t('keys.choose')}</option>
          {team.length > 0 && <optgroup label={t('keys.team')}>{team.map(option)}</optgroup>}
          <optgroup label={t('keys.others')}>{others.map(option)}</optgroup>
        </select>
      </label>
      <label>
        <span>{t('keys.outNote')}</span>
        <input maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <p className="key-buttons">
        <button type="submit" className="button small primary" disabled={busy !== null || to === ''}>
          {busy === null ? t('keys.signOut') : t('act.working')}
        </button>
        <button type="button" className="button small quiet" onClick={done}>
          {t('act.cancel')}
        </button>
      </p>
    </form>
  );
}

/** The key is back where it belongs. */
export function SignIn({ entry, renew }: { entry: Key; renew: () => void }) {
  const { t } = useSpeech();
  const { busy, send } = useSend();
  const tellFailure = useTellKeyFailure();

  async function take(): Promise<void> {
    const sent = await send(`/v1/keys/${entry.id}/sign-in`, {});
    if (sent === null) return;
    renew();
    if (!sent.done) tellFailure(sent.error);
  }

  return (
    <button type="button" className="button small" disabled={busy !== null} onClick={() => void take()}>
      {busy === null ? t('keys.signIn') : t('act.working')}
    </button>
  );
}
