import { useSpeech } from '../i18n';
import { AreaField } from './fields';
import type { DraftProps } from './SeniorForm';

const FIELDS = ['conditions', 'medicines', 'allergies'] as const;

/** What the ambulance asks first. */
export function HealthFields({ draft, change }: DraftProps) {
  const { t, word } = useSpeech();
  return (
    <fieldset>
      <legend>{t('registry.health')}</legend>
      <div className="registry-grid">
        {FIELDS.map((field) => (
          <AreaField
            key={field}
            label={word('registryField', field)}
            field={field}
            hint={t('registry.perLine')}
            rows={3}
            value={draft[field]}
            onChange={(text) => change({ [field]: text })}
          />
        ))}
      </div>
    </fieldset>
  );
}
