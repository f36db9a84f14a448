import { useSpeech } from '../i18n';
import type { Edited } from './use-edited';
import { FaultSummary } from './faults';

/** The foot of a file's form, always in sight: what is wrong, and the way to save. */
export function FormFoot<D>({ edited }: { edited: Pick<Edited<D>, 'faults' | 'why' | 'busy' | 'dirty' | 'clash'> }) {
  const { t } = useSpeech();
  return (
    <div className="form-foot">
      <FaultSummary faults={edited.faults} why={edited.why} />
      <button type="submit" className="button primary" disabled={edited.busy || !edited.dirty || edited.clash !== null}>
        {edited.busy ? t('act.working') : t('registry.save')}
      </button>
    </div>
  );
}
