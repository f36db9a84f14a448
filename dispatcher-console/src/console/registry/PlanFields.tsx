import { useSpeech } from '../i18n';
import { AT_HOME, HAZARDS } from '../model/registry-senior';
import { AreaField, Check, MomentField, SelectField, TextField } from './fields';
import type { DraftProps } from './SeniorForm';

/** What is peculiar, and what is dangerous there. */
export function PlanFields({ draft, change, zone }: DraftProps) {
  const { t, word } = useSpeech();
  const { absence, hazards } = draft;
  return (
    <fieldset>
      <legend>{t('registry.plan')}</legend>
      <div className="registry-grid">
        <AreaField wide label={word('registryField', 'advice')} field="advice" value={draft.advice} onChange={(advice) => change({ advice })} />
        <TextField label={word('registryField', 'dialect')} field="dialect" value={draft.dialect} onChange={(dialect) => change({ dialect })} />
        <div className="checks whole-line" role="group" aria-label={word('registryField', 'hazards')}>
          <strong>{word('registryField', 'hazards')}</strong>
          {HAZARDS.map((code) => (
            <Check
              key={code}
              label={word('hazard', code)}
              checked={hazards.includes(code)}
              onChange={(is) => change({ hazards: [...hazards.filter((one) => one !== code), ...(is ? [code] : [])].sort() })}
            />
          ))}
        </div>
        <div className="checks whole-line">
          <Check label={word('registryField', 'deaf')} checked={draft.deaf} onChange={(deaf) => change({ deaf })} />
          <Check label={word('registryField', 'mute')} checked={draft.mute} onChange={(mute) => change({ mute })} />
        </div>
        <SelectField
          label={word('registryField', 'absence')}
          field="absence"
          value={absence.place}
          onChange={(place) => change({ absence: place === '' ? AT_HOME : { ...absence, place } })}
          options={[['', t('registry.atHome')], ...(['hospital', 'away'] as const).map((code) => [code, word('elsewhere', code)] as const)]}
        />
        {absence.place !== '' && (
          <>
            <MomentField
              label={t('registry.absenceUntil')}
              field="absence.until"
              zone={zone}
              value={absence.until}
              onChange={(until) => change({ absence: { ...absence, until } })}
            />
            <TextField label={t('registry.absenceNote')} field="absence.note" value={absence.note} onChange={(note) => change({ absence: { ...absence, note } })} />
          </>
        )}
      </div>
    </fieldset>
  );
}
