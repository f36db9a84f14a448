import { useSpeech } from '../i18n';
import { EMPTY_TEMPORARY, MAX_TEMPORARY, type TemporaryDraft } from '../model/registry-senior';
import { AreaField, MomentField, PlaceFields, TextField } from './fields';
import type { DraftProps } from './SeniorForm';

/** Where the senior lives for a while: with a daughter for the winter, in a home after the hospital. */
export function TemporaryFields({ draft, change, zone }: DraftProps) {
  const { t, word } = useSpeech();
  const set = (index: number, part: Partial<TemporaryDraft>): void =>
    change({ temporary: draft.temporary.map((stay, n) => (n === index ? { ...stay, ...part } : stay)) });
  return (
    <fieldset>
      <legend>{t('registry.temporary')}</legend>
      <p className="muted small-print">{t('registry.temporaryHint')}</p>
      {draft.temporary.map((stay, index) => {
        const name = t('registry.temporaryNumber', { number: index + 1 });
        const at = `temporary[${index}]`;
        return (
          <fieldset key={index} className="registry-item">
            <legend>{name}</legend>
            <div className="registry-grid">
              <MomentField label={t('registry.from')} field={`${at}.from`} required zone={zone} value={stay.from} onChange={(from) => set(index, { from })} />
              <MomentField label={t('registry.until')} field={`${at}.until`} required zone={zone} value={stay.until} onChange={(until) => set(index, { until })} />
              <TextField wide label={word('registryField', 'address')} field={`${at}.address`} required value={stay.address} onChange={(address) => set(index, { address })} />
              <AreaField label={word('registryField', 'access')} field={`${at}.access`} value={stay.access} onChange={(access) => set(index, { access })} />
              <AreaField label={t('registry.stayNote')} field={`${at}.note`} value={stay.note} onChange={(note) => set(index, { note })} />
              <PlaceFields label={t('registry.door')} field={`${at}.door`} required value={stay.door} onChange={(door) => set(index, { door })} />
              <PlaceFields label={t('registry.gate')} field={`${at}.gate`} value={stay.gate} onChange={(gate) => set(index, { gate })} />
            </div>
            <button
              type="button"
              className="button small quiet"
              aria-label={t('registry.removeOf', { what: name })}
              onClick={() => change({ temporary: draft.temporary.filter((_, n) => n !== index) })}
            >
              {t('registry.remove')}
            </button>
          </fieldset>
        );
      })}
      {draft.temporary.length < MAX_TEMPORARY && (
        <button type="button" className="button small" onClick={() => change({ temporary: [...draft.temporary, EMPTY_TEMPORARY] })}>
          + {t('registry.addTemporary')}
        </button>
      )}
    </fieldset>
  );
}
