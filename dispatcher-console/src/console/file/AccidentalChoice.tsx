import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { Contact } from '../../generated/Contact';
import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { CHOICES, changeChoice } from '../model/contacts';
import { api } from '../services';
import { notify } from '../state/desk';
import { seniorKey } from '../state/keys';
import { useTellFailure } from '../state/use-send';

/** When a contact hears of presses by mistake, and the way to change it. */
export function AccidentalChoice({ senior, contact }: { senior: string; contact: Contact }) {
  const { t, word } = useSpeech();
  const client = useQueryClient();
  const tellFailure = useTellFailure();
  const [busy, setBusy] = useState(false);

  async function choose(choice: string): Promise<void> {
    setBusy(true);
    try {
      const done = await changeChoice(api, senior, contact, choice);
      if (done) notify('good', t('act.done', { what: t('file.accidental') }));
      else notify('bad', t('file.contactsChanged'));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: seniorKey(senior) });
    }
  }

  return (
    <label className="accidental">
      <span className="muted">{t('file.accidental')}</span>
      <select
        aria-label={`${contact.name}: ${t('file.accidental')}`}
        value={contact.accidental}
        disabled={busy}
        onChange={(event) => void choose(event.target.value)}
      >
        {CHOICES.map((choice) => (
          <option key={choice} value={choice}>
            {word('accidental', choice)}
          </option>
        ))}
      </select>
    </label>
  );
}
