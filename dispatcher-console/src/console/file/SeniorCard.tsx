import type { Senior } from '../../generated/Senior';
import { listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { Phone } from '../telephone/Phone';
import { AccidentalChoice } from './AccidentalChoice';
import { PlanCard } from './PlanCard';

interface SeniorCardProps {
  senior: Senior;
  /** The ticket in whose file this stands; without it, it stands in the senior's own. */
  ticket?: string;
}

/** Health and contacts: what the ambulance and the family call need. */
export function SeniorCard({ senior, ticket }: SeniorCardProps) {
  const { t, lang, word } = useSpeech();
  const list = (items: string[]): string => (items.length === 0 ? t('file.noneRecorded') : listed(items, lang));
  return (
    <div className="senior">
      {senior.plan !== null && <PlanCard plan={senior.plan} />}
      <section aria-labelledby="senior-health">
        <h3 id="senior-health">{t('file.health')}</h3>
        <dl>
          <dt>{t('file.conditions')}</dt>
          <dd>{list(senior.conditions)}</dd>
          <dt>{t('file.medicines')}</dt>
          <dd>{list(senior.medicines)}</dd>
          <dt>{t('file.allergies')}</dt>
          <dd className={senior.allergies.length > 0 ? 'doubt' : undefined}>{list(senior.allergies)}</dd>
          <dt>{t('file.category')}</dt>
          <dd>
            {word('category', senior.category)}
            {senior.care_level > 0 && ` · ${t('file.careLevel')} ${senior.care_level}`}
          </dd>
          <dt>{t('file.born')}</dt>
          <dd>{senior.born}</dd>
        </dl>
      </section>
      <section aria-labelledby="senior-contacts">
        <h3 id="senior-contacts">{t('file.contacts')}</h3>
        {senior.contacts.length === 0 && <p className="doubt">{t('file.noContacts')}</p>}
        <ol className="contacts">
          {senior.contacts.map((contact) => (
            <li key={contact.phone + contact.name}>
              <strong>{contact.name}</strong> <span className="muted">{contact.relation}</span>
              {contact.opens_door && <span className="badge">{t('file.opensDoor')}</span>}
              {contact.hours !== null && <span className="muted"> {t('file.hours', { hours: contact.hours })}</span>}
              {ticket === undefined && <AccidentalChoice senior={senior.id} contact={contact} />}
              <Phone number={contact.phone} name={contact.name} senior={senior.id} ticket={ticket} />
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
