import type { JSX } from 'preact';

import type { Offer } from '../../generated/Offer';
import { helpAsked, isEngaged } from '../model/offer';
import type { Waiting } from '../model/outbox';
import { usePage } from './context';
import { BigButton } from './parts';

const ASKS = [
  ['support', 'ask-support'],
  ['ambulance', 'ask-ambulance'],
] as const;

interface HelpProps {
  offer: Offer;
  /** What the centre knows of it. */
  confirmed: Offer;
  waiting: readonly Waiting[];
}

/** Asks the centre for another pair of hands, or to call 120, and says whether it knows. */
export function HelpCard({ offer, confirmed, waiting }: HelpProps): JSX.Element | null {
  const { aide, t } = usePage();
  if (!isEngaged(offer)) return null;
  return (
    <section class="card help" aria-label={t('help.label')}>
      <h2>{t('help.label')}</h2>
      {ASKS.map(([what, step]) => {
        const waits = waiting.some((entry) => entry.offer === offer.id && entry.step === step);
        const known = !waits && helpAsked(confirmed).includes(what);
        return (
          <div key={what} data-help={waits ? 'waits' : known ? 'known' : 'none'}>
            <BigButton look="calm" disabled={waits} onTap={() => aide.take(offer.id, step)}>
              {t(known ? `help.again_${what}` : `step.${step}`)}
            </BigButton>
            <p role="status" class="muted">
              {waits ? t('help.waits') : known ? t(`help.known_${what}`) : ''}
            </p>
          </div>
        );
      })}
    </section>
  );
}
