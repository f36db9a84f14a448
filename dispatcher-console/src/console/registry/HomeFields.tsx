import { useSpeech } from '../i18n';
import { differing } from '../model/registry';
import type { SeniorDraft } from '../model/registry-senior';
import { clock } from '../services';
import { AreaField, MomentField, PlaceFields, TextField } from './fields';
import type { DraftProps } from './SeniorForm';

/** Where home is, how to get in, and when somebody looked whether that is right. */
export function HomeFields({ draft, change, zone, base }: DraftProps & { base: SeniorDraft }) {
  const { t, word } = useSpeech();
  const changed = differing(base, draft);
  const isMoved = changed.some((field) => field === 'address' || field === 'door' || field === 'gate');
  const isLooked = changed.includes('verified_at') && draft.verified_at !== '';
  const hint = isLooked ? 'registry.verifiedBy' : draft.verified_at === '' ? 'registry.verifiedNever' : isMoved ? 'registry.verifiedOver' : null;
  return (
    <fieldset>
      <legend>{t('registry.home')}</legend>
      <div className="registry-grid">
        <TextField label={word('registryField', 'village')} field="village" value={draft.village} onChange={(village) => change({ village })} />
        <TextField wide label={word('registryField', 'address')} field="address" value={draft.address} onChange={(address) => change({ address })} />
        <AreaField wide label={word('registryField', 'access')} field="access" value={draft.access} onChange={(access) => change({ access })} />
        <PlaceFields label={t('registry.door')} field="lat" required value={draft.door} onChange={(door) => change({ door })} />
        <PlaceFields label={t('registry.gate')} field="gate" value={draft.gate} onChange={(gate) => change({ gate })} />
        <p className="muted small-print whole-line">{t('registry.pasteHint')}</p>
        <MomentField
          label={t('registry.verified')}
          field="verified_at"
          value={draft.verified_at}
          onChange={(verified_at) => change({ verified_at })}
          zone={zone}
          hint={hint === null ? undefined : t(hint)}
        />
        <p className="beside">
          <button type="button" className="button small" onClick={() => change({ verified_at: new Date(clock.now()).toISOString() })}>
            {t('registry.verifiedNow')}
          </button>
          {draft.verified_at !== '' && (
            <button type="button" className="button small quiet" onClick={() => change({ verified_at: '' })}>
              {t('registry.verifiedClear')}
            </button>
          )}
        </p>
      </div>
    </fieldset>
  );
}
