import type { Senior } from '../../generated/Senior';
import { useSpeech } from '../i18n';
import { bodyOfSenior, draftOfSenior, EMPTY_SENIOR, faultsOfSenior, type SeniorDraft } from '../model/registry-senior';
import { useDistrict } from '../state/use-district';
import { ClashTable } from './ClashTable';
import { ContactFields } from './ContactFields';
import { Faults } from './faults';
import { FormFoot } from './FormFoot';
import { HealthFields } from './HealthFields';
import { HomeFields } from './HomeFields';
import { PersonFields } from './PersonFields';
import { PlanFields } from './PlanFields';
import { TemporaryFields } from './TemporaryFields';
import { type FileKind, useEdited } from './use-edited';

const SENIOR: FileKind<SeniorDraft, Senior> = {
  part: 'seniors',
  empty: EMPTY_SENIOR,
  draftOf: draftOfSenior,
  bodyOf: bodyOfSenior,
  faultsOf: faultsOfSenior,
};

/** A part of the form: the draft, and the way to change it. */
export interface DraftProps {
  draft: SeniorDraft;
  change: (part: Partial<SeniorDraft>) => void;
  zone: string;
}

interface SeniorFormProps {
  /** The file as it is now; null for a new one. What is typed is not torn away when it changes. */
  file: Senior | null;
  onSaved: (file: Senior) => void;
}

/** A senior's whole file. */
export function SeniorForm({ file, onSaved }: SeniorFormProps) {
  const { t } = useSpeech();
  const zone = useDistrict().data?.time_zone ?? 'UTC';
  const edited = useEdited(SENIOR, file, onSaved);
  const { draft, change, clash } = edited;
  const isNewer = file !== null && Date.parse(file.changed_at ?? '') > Date.parse(edited.changed_at ?? '1970-01-01T00:00:00Z');
  const part = { draft, change, zone };
  return (
    <Faults value={edited.faults}>
      <form ref={edited.form} className="registry-form" noValidate aria-label={draft.name === '' ? t('registry.newSenior') : draft.name} onSubmit={edited.submit}>
        {isNewer && clash === null && (
          <p className="leave" role="status">
            <strong>{t('registry.changedMeanwhile')}</strong>
            <button type="button" className="button small" onClick={() => edited.compare(file)}>
              {t('registry.compare')}
            </button>
          </p>
        )}
        {clash !== null && <ClashTable edited={edited} clash={clash} />}
        <PersonFields {...part} />
        <HomeFields {...part} base={edited.base} />
        <TemporaryFields {...part} />
        <PlanFields {...part} />
        <ContactFields {...part} />
        <HealthFields {...part} />
        <FormFoot edited={edited} />
      </form>
    </Faults>
  );
}
