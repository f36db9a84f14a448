import { useSpeech } from '../i18n';
import { moved } from '../model/registry';
import { CONTACT_KINDS, type ContactDraft, EMPTY_CONTACT, MAX_CONTACTS } from '../model/registry-senior';
import { Check, SelectField, TextField } from './fields';
import type { DraftProps } from './SeniorForm';

const ACCIDENTAL = ['never', 'daily', 'weekly', 'at_once'] as const;

/** Whom to tell, in order. */
export function ContactFields({ draft, change }: DraftProps) {
  const { t } = useSpeech();
  const { contacts } = draft;
  const set = (index: number, part: Partial<ContactDraft>): void =>
    change({ contacts: contacts.map((contact, n) => (n === index ? { ...contact, ...part } : contact)) });
  return (
    <fieldset>
      <legend>{t('registry.contacts')}</legend>
      <p className="muted small-print">{t('registry.contactsHint')}</p>
      {contacts.map((contact, index) => {
        const name = t('registry.contactNumber', { number: index + 1 });
        return (
          <fieldset key={index} className="registry-item">
            <legend>{name}</legend>
            <OneContact contact={contact} at={`contacts[${index}]`} set={(part) => set(index, part)} />
            <p className="item-buttons">
              <button type="button" className="button small quiet" disabled={index === 0} aria-label={t('registry.upOf', { what: name })} onClick={() => change({ contacts: moved(contacts, index, -1) })}>
                ↑ {t('registry.up')}
              </button>
              <button
                type="button"
                className="button small quiet"
                disabled={index === contacts.length - 1}
                aria-label={t('registry.downOf', { what: name })}
                onClick={() => change({ contacts: moved(contacts, index, 1) })}
              >
                ↓ {t('registry.down')}
              </button>
              <button
                type="button"
                className="button small quiet"
                aria-label={t('registry.removeOf', { what: name })}
                onClick={() => change({ contacts: contacts.filter((_, n) => n !== index) })}
              >
                {t('registry.remove')}
              </button>
            </p>
          </fieldset>
        );
      })}
      {contacts.length < MAX_CONTACTS && (
        <button type="button" className="button small" onClick={() => change({ contacts: [...contacts, EMPTY_CONTACT] })}>
          + {t('registry.addContact')}
        </button>
      )}
    </fieldset>
  );
}

interface OneContactProps {
  contact: ContactDraft;
  at: string;
  set: (part: Partial<ContactDraft>) => void;
}

function OneContact({ contact, at, set }: OneContactProps) {
  const { word } = useSpeech();
  return (
    <div className="registry-grid dense">
      <TextField label={word('registryField', 'contact_name')} field={`${at}.name`} required value={contact.name} onChange={(name) => set({ name })} />
      <TextField label={word('registryField', 'contact_relation')} field={`${at}.relation`} value={contact.relation} onChange={(relation) => set({ relation })} />
      <TextField label={word('registryField', 'contact_phone')} field={`${at}.phone`} type="tel" required value={contact.phone} onChange={(phone) => set({ phone })} />
      <SelectField
        label={word('registryField', 'contact_kind')}
        field={`${at}.kind`}
        value={contact.kind}
        onChange={(kind) => set({ kind })}
        options={CONTACT_KINDS.map((code) => [code, word('contactKind', code)] as const)}
      />
      <TextField label={word('registryField', 'contact_hours')} field={`${at}.hours`} value={contact.hours} onChange={(hours) => set({ hours })} />
      <SelectField
        label={word('registryField', 'contact_accidental')}
        field={`${at}.accidental`}
        value={contact.accidental}
        onChange={(accidental) => set({ accidental })}
        options={ACCIDENTAL.map((code) => [code, word('accidental', code)] as const)}
      />
      <Check label={word('registryField', 'contact_opens_door')} checked={contact.opens_door} onChange={(opens_door) => set({ opens_door })} />
    </div>
  );
}
