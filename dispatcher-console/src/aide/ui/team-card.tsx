import type { JSX } from 'preact';

import type { OfferFile } from '../../generated/OfferFile';
import { partnersOf, stageOf } from '../model/offer';
import { keyFor } from '../words/words';
import { usePage } from './context';

/** Who else goes, and how far they are. */
export function TeamCard({ file }: { file: OfferFile }): JSX.Element {
  const { t } = usePage();
  const partners = partnersOf(file);
  return (
    <section class="block">
      <h2>{t('job.team')}</h2>
      {partners.length === 0 && <p class="muted">{t('job.team_none')}</p>}
      {partners.map((offer) => {
        const partner = file.partners.find(({ responder }) => responder === offer.responder);
        return (
          <p key={offer.id}>
            <span class="chip">{t(keyFor('role', offer.role, 'role.support'))}</span>{' '}
            <strong>{partner?.name ?? t('job.partner')}</strong>{' '}
            {t(keyFor('partner', stageOf(offer), 'partner.offered'))}{' '}
            {partner !== undefined && <a href={`tel:${partner.phone}`}>{partner.phone}</a>}
          </p>
        );
      })}
    </section>
  );
}
