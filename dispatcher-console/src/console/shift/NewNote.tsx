import { type FormEvent, useState } from 'react';

import { useSpeech } from '../i18n';
import { notify } from '../state/desk';
import { askForNotes } from '../state/shift';
import { useSend, useTellFailure } from '../state/use-send';

/** As many as the server takes. */
const MOST_CHARS = 2_000;

/** Tells the next shift something. What failed stays typed. */
export function NewNote() {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();

  async function write(event: FormEvent): Promise<void> {
    event.preventDefault();
    const sent = await send('/v1/shift-notes', { text: text.trim() });
    if (sent === null) return;
    if (!sent.done) return tellFailure(sent.error);
    setText('');
    notify('good', t('act.done', { what: t('shift.write') }));
    void askForNotes();
  }

  return (
    <form className="note-form" onSubmit={(event) => void write(event)}>
      <label>
        <span>{t('shift.text')}</span>
        <textarea rows={3} maxLength={MOST_CHARS} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <button type="submit" className="button primary" disabled={busy !== null || text.trim() === ''}>
        {busy === null ? t('shift.write') : t('act.working')}
      </button>
    </form>
  );
}
