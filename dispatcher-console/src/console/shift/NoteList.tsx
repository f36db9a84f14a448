import { useState } from 'react';

import type { ShiftNote } from '../../generated/ShiftNote';
import { ApiError } from '../../shared/api';
import { listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { useSession } from '../state/session';
import { readNote, useShift } from '../state/shift';
import { useTimes } from '../state/use-district';
import { useTellFailure } from '../state/use-send';

/** The notes of the last days, newest first; each person says that it was read. */
export function NoteList() {
  const { t } = useSpeech();
  const notes = useShift((shift) => shift.notes);
  if (notes.length === 0) return <p className="muted">{t('shift.noNotes')}</p>;
  return (
    <ul className="shift-notes">
      {notes.map((note) => (
        <Note key={note.id} note={note} />
      ))}
    </ul>
  );
}

function Note({ note }: { note: ShiftNote }) {
  const { t, lang } = useSpeech();
  const { dayAndTime } = useTimes();
  const me = useSession((session) => session.user?.id);
  const tellFailure = useTellFailure();
  const [busy, setBusy] = useState(false);
  const isRead = note.by === me || note.read_by.some(({ user }) => user === me);

  async function read(): Promise<void> {
    setBusy(true);
    try {
      await readNote(note.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <li data-unread={!isRead}>
      <p className="note-head">
        <strong>{note.name}</strong> <time className="muted">{dayAndTime(note.at)}</time>
        {!isRead && (
          <button type="button" className="button small primary" disabled={busy} onClick={() => void read()}>
            {t('shift.read')}
          </button>
        )}
      </p>
      <p className="note-text" dir="auto">
        {note.text}
      </p>
      <p className="muted">
        {note.read_by.length === 0 ? t('shift.readByNobody') : t('shift.readBy', { names: listed(note.read_by.map(({ name }) => name), lang) })}
      </p>
    </li>
  );
}
