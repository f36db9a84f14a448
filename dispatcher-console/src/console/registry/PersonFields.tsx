import { useSpeech } from '../i18n';
import { CARE_LEVELS, CATEGORIES, SEXES, TIERS } from '../model/registry-senior';
import { SelectField, TextField } from './fields';
import type { DraftProps } from './SeniorForm';

/** Who it is, and what the service is owed for. */
export function PersonFields({ draft, change }: DraftProps) {
  const { t, word } = useSpeech();
  const choose = ['', t('registry.choose')] as const;
  return (
    <fieldset>
      <legend>{t('registry.person')}</legend>
      <div className="registry-grid">
        <TextField label={word('registryField', 'name')} field="name" required value={draft.name} onChange={(name) => change({ name })} />
        <SelectField
          label={word('registryField', 'sex')}
          field="sex"
          required
          value={draft.sex}
          onChange={(sex) => change({ sex })}
          options={[...(draft.sex === '' ? [choose] : []), ...SEXES.map((code) => [code, word('sex', code)] as const)]}
        />
        <TextField label={word('registryField', 'born')} field="born" type="date" required value={draft.born} onChange={(born) => change({ born })} />
        <TextField label={word('registryField', 'phone')} field="phone" type="tel" required value={draft.phone} onChange={(phone) => change({ phone })} />
        <SelectField
          label={word('registryField', 'category')}
          field="category"
          required
          value={draft.category}
          onChange={(category) => change({ category })}
          options={[...(draft.category === '' ? [choose] : []), ...CATEGORIES.map((code) => [code, word('category', code)] as const)]}
        />
        <SelectField
          label={word('registryField', 'tier')}
          field="tier"
          value={draft.tier}
          onChange={(tier) => change({ tier })}
          options={[['', t('registry.unknown')], ...TIERS.map((code) => [code, word('tier', code)] as const)]}
        />
        <SelectField
          label={word('registryField', 'care_level')}
          field="care_level"
          value={draft.care_level}
          onChange={(care_level) => change({ care_level })}
          options={CARE_LEVELS.map((level) => [level, level === '0' ? t('registry.unknown') : level] as const)}
        />
      </div>
    </fieldset>
  );
}
