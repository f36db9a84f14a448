import { type ReactNode, useId } from 'react';

import { useSpeech } from '../i18n';
import { momentOf, shownAt } from '../model/local-time';
import { pastedPlace, type PlaceDraft } from '../model/registry';
import { useFault, useFaultWords } from './faults';

/** What a field is told of itself. */
interface Told {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

interface FieldProps {
  label: string;
  /** As the server calls it when something is wrong with it. */
  field: string;
  required?: boolean | undefined;
  hint?: string | undefined;
  /** Takes the whole line. */
  wide?: boolean | undefined;
  children: (told: Told) => ReactNode;
}

/** A field with its name above and what is wrong with it below. */
function Field({ label, field, required, hint, wide = false, children }: FieldProps) {
  const { t } = useSpeech();
  const { whatWords } = useFaultWords();
  const fault = useFault(field);
  const id = useId();
  const below = fault === null ? hint : whatWords(fault);
  return (
    <div className={wide ? 'registry-field wide-field' : 'registry-field'}>
      <label htmlFor={id}>
        <span>
          {label}
          {required === true && <em> {t('registry.required')}</em>}
        </span>
      </label>
      {children({ id, 'aria-invalid': fault !== null, 'aria-describedby': below === undefined ? undefined : `${id}-below` })}
      {below !== undefined && (
        <p id={`${id}-below`} className={fault === null ? 'muted small-print' : 'fault small-print'}>
          {below}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'tel' | 'date' | undefined;
  inputMode?: 'decimal' | undefined;
  list?: string | undefined;
}

export function TextField({ value, onChange, type = 'text', inputMode, list, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(told) => (
        <input {...told} type={type} inputMode={inputMode} list={list} autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

export function AreaField({ value, onChange, rows = 2, ...field }: Omit<TextFieldProps, 'type'> & { rows?: number }) {
  return <Field {...field}>{(told) => <textarea {...told} rows={rows} value={value} onChange={(event) => onChange(event.target.value)} />}</Field>;
}

interface SelectFieldProps extends Omit<FieldProps, 'children'> {
  value: string;
  onChange: (value: string) => void;
  options: readonly (readonly [string, string])[];
}

export function SelectField({ value, onChange, options, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {(told) => (
        <select {...told} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([code, words]) => (
            <option key={code} value={code}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} /> <span>{label}</span>
    </label>
  );
}

interface MomentFieldProps extends Omit<FieldProps, 'children'> {
  /** RFC 3339, empty for none. */
  value: string;
  onChange: (value: string) => void;
  zone: string;
}

/** A moment by the district's clock; what nobody touches keeps its seconds. */
export function MomentField({ value, onChange, zone, ...field }: MomentFieldProps) {
  const shown = value === '' ? null : shownAt(Date.parse(value), zone);
  function change(text: string): void {
    const [day = '', time = ''] = text.split('T');
    const at = momentOf({ day, time: time.slice(0, 5) }, zone);
    onChange(Number.isNaN(at) ? '' : new Date(at).toISOString());
  }
  return (
    <Field {...field}>
      {(told) => (
        <input
          {...told}
          type="datetime-local"
          max="2199-12-31T23:59"
          value={shown === null ? '' : `${shown.day}T${shown.time}`}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  );
}

interface PlaceFieldsProps {
  label: string;
  field: string;
  value: PlaceDraft;
  onChange: (value: PlaceDraft) => void;
  required?: boolean;
}

/** A place, typed or pasted. */
export function PlaceFields({ label, field, value, onChange, required }: PlaceFieldsProps) {
  const { t } = useSpeech();
  return (
    <fieldset className="place-fields">
      <legend>
        {label}
        {required === true && <em> {t('registry.required')}</em>}
      </legend>
      <TextField
        label={t('registry.lat')}
        field={field}
        inputMode="decimal"
        value={value.lat}
        onChange={(lat) => onChange(pastedPlace(lat) ?? { ...value, lat })}
      />
      <TextField label={t('registry.lon')} field={`${field}.lon`} inputMode="decimal" value={value.lon} onChange={(lon) => onChange({ ...value, lon })} />
    </fieldset>
  );
}
