import type { JSX } from 'preact';

import { helpAsked, isEngaged } from '../../aide/model/offer';
import type { Offer } from '../../generated/Offer';
import { usePage } from './context';
import { BigButton } from './parts';

const ASKS = [
  ['support', 'ask-support'],
  ['ambulance', 'ask-ambulance'],
] as const;

/** Asks the centre for another pair of hands, or to call 120, and says whether it knows. */
export function HelpCard({ offer, busy }: { offer: Offer; busy: boolean }): JSX.Element | null {
  const { link, t } = usePage();
  if (!isEngaged(offer)) return null;
  return (
    <section class="card help" aria-label={t('help.label')}>
      <h2>{t('help.label')}</h2>
      {ASKS.map(([what, step]) => {
        const known = helpAsked(offer).includes(what);
        return (
          <div key={what} data-help={known ? 'known' : 'none'}>
            <BigButton look="calm" disabled={busy || known} onTap={() => void link.take(step)}>
              {t(`step.${step}`)}
            </BigButton>
            <p role="status">{known ? t(`help.known_${what}`) : ''}</p>
          </div>
        );
      })}
    </section>
  );
}
