import type { RegistryResponder } from '../../generated/RegistryResponder';
import { useSpeech } from '../i18n';
import {
  bodyOfResponder,
  draftOfResponder,
  EMPTY_RESPONDER,
  faultsOfResponder,
  RESPONDER_ROLES,
  type ResponderDraft,
  TRAVELS,
} from '../model/registry-responder';
import { SEXES } from '../model/registry-senior';
import { clock } from '../services';
import { useTimes } from '../state/use-district';
import { ClashTable } from './ClashTable';
import { Faults } from './faults';
import { AreaField, PlaceFields, SelectField, TextField } from './fields';
import { FormFoot } from './FormFoot';
import { type FileKind, useEdited } from './use-edited';

const RESPONDER: FileKind<ResponderDraft, RegistryResponder> = {
  part: 'responders',
  empty: EMPTY_RESPONDER,
  draftOf: draftOfResponder,
  bodyOf: bodyOfResponder,
  faultsOf: faultsOfResponder,
};

interface ResponderFormProps {
  file: RegistryResponder | null;
  onSaved: (file: RegistryResponder) => void;
}

/** A responder's file, and the way out of the service. */
export function ResponderForm({ file, onSaved }: ResponderFormProps) {
  const { t, word } = useSpeech();
  const edited = useEdited(RESPONDER, file, onSaved);
  const { draft, change, clash } = edited;
  return (
    <Faults value={edited.faults}>
      <form ref={edited.form} className="registry-form" noValidate aria-label={draft.name === '' ? t('registry.newResponder') : draft.name} onSubmit={edited.submit}>
        {clash !== null && <ClashTable edited={edited} clash={clash} />}
        <fieldset>
          <legend>{t('registry.person')}</legend>
          <div className="registry-grid">
            <TextField label={word('registryField', 'name')} field="name" required value={draft.name} onChange={(name) => change({ name })} />
            <SelectField
              label={word('registryField', 'role')}
              field="role"
              value={draft.role}
              onChange={(role) => change({ role })}
              options={RESPONDER_ROLES.map((code) => [code, word('role', code)] as const)}
            />
            <TextField label={word('registryField', 'phone')} field="phone" type="tel" required value={draft.phone} onChange={(phone) => change({ phone })} />
            <SelectField
              label={word('registryField', 'sex')}
              field="sex"
              value={draft.sex}
              onChange={(sex) => change({ sex })}
              options={[['', t('registry.unknown')], ...SEXES.map((code) => [code, word('sex', code)] as const)]}
            />
            <SelectField
              label={word('registryField', 'travel')}
              field="travel"
              value={draft.travel}
              onChange={(travel) => change({ travel })}
              options={TRAVELS.map((code) => [code, word('travel', code)] as const)}
            />
            <AreaField
              label={word('registryField', 'dialects')}
              field="dialects"
              hint={t('registry.perLine')}
              value={draft.dialects}
              onChange={(dialects) => change({ dialects })}
            />
            <AreaField
              label={word('registryField', 'certificates')}
              field="certificates"
              hint={t('registry.certificatesHint')}
              value={draft.certificates}
              onChange={(certificates) => change({ certificates })}
            />
            <PlaceFields label={t('registry.standby')} field="lat" required value={draft.standby} onChange={(standby) => change({ standby })} />
          </div>
        </fieldset>
        {file !== null && <Service draft={draft} change={change} />}
        {file !== null && file.usernames.length === 0 && <p className="muted">{t('registry.noLoginHint')}</p>}
        <FormFoot edited={edited} />
      </form>
    </Faults>
  );
}

/** In the service or out of it. */
function Service({ draft, change }: { draft: ResponderDraft; change: (part: Partial<ResponderDraft>) => void }) {
  const { t } = useSpeech();
  const { dayAndTime } = useTimes();
  return (
    <fieldset>
      <legend>{t('registry.left')}</legend>
      <p className="row-line">
        <span>{draft.left_at === '' ? t('registry.inService') : t('registry.leftOn', { time: dayAndTime(draft.left_at) })}</span>
        {draft.left_at === '' ? (
          <button type="button" className="button small warn" onClick={() => change({ left_at: new Date(clock.now()).toISOString() })}>
            {t('registry.leaveService')}
          </button>
        ) : (
          <button type="button" className="button small" onClick={() => change({ left_at: '' })}>
            {t('registry.comeBack')}
          </button>
        )}
      </p>
      <p className="muted small-print">{t('registry.leaveHint')}</p>
    </fieldset>
  );
}
