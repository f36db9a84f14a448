import type { FormEvent } from 'react';

import type { Call } from '../../generated/Call';
import type { CallSenior } from '../../generated/CallSenior';
import { useSpeech } from '../i18n';
import { summaryBody } from '../model/calls';
import { keepCall, putCallAway } from '../state/calls';
import { notify } from '../state/desk';
import { useSend, useTellFailure } from '../state/use-send';

interface SummaryFormProps {
  call: Call;
  callers: CallSenior[];
  over: boolean;
  /** Chosen, or presumed. */
  senior: string | null;
  draft: string;
}

/** What was said, in a person's words. It can be written while the call runs and is sent after it. */
export function SummaryForm({ call, callers, over, senior, draft }: SummaryFormProps) {
  const { t } = useSpeech();
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!over || draft.trim() === '') return;
    const sent = await send(`/v1/calls/${call.id}/summary`, summaryBody(draft, senior));
    if (sent === null) return;
    if (!sent.done) return tellFailure(sent.error);
    putCallAway(call);
    notify('good', t('call.saved'));
  }

  if (call.summary !== null && draft === '') return <p className="call-summary">{call.summary}</p>;
  return (
    <form className="summary" onSubmit={(event) => void save(event)}>
      {callers.length > 1 && (
        <label>
          <span>{t('call.summaryOf')}</span>
          <select value={senior ?? ''} onChange={(event) => keepCall(call, { senior: event.target.value || null })}>
            <option value="">{t('call.nobody')}</option>
            {callers.map(({ id, name, village }) => (
              <option key={id} value={id}>
                {name} · {village}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>{t('call.summary')}</span>
        <textarea rows={2} value={draft} onChange={(event) => keepCall(call, { senior, draft: event.target.value })} />
      </label>
      <p className="summary-foot">
        {!over && <span className="muted">{t('call.saveLater')}</span>}
        <button type="submit" className="button small primary" disabled={!over || busy !== null || draft.trim() === ''}>
          {busy === null ? t('call.save') : t('act.working')}
        </button>
      </p>
    </form>
  );
}
