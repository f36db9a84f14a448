import type { JSX } from 'preact';

import type { Offer } from '../../generated/Offer';
import { countdown } from '../../shared/format';
import { wordOf } from '../model/word';
import { usePage } from './context';
import { BigButton } from './parts';

/** How long until the centre wants a word from behind the door, and the button that gives it. */
export function WordCard({ offer, isGiven, now }: { offer: Offer; isGiven: boolean; now: number }): JSX.Element | null {
  const { aide, t } = usePage();
  const word = wordOf(offer, now);
  if (word === null) return null;
  const tone = word.state === 'calm' ? 'good' : word.state === 'soon' ? 'wait' : 'bad';
  return (
    <section class={`card card-${tone} word`} aria-label={t('word.label')} data-word={word.state}>
      <p>
        <strong role={word.state === 'calm' ? undefined : 'alert'}>{t(`word.${word.state}`)}</strong>
        {word.state !== 'missed' && (
          <span class="word-left" role="timer" aria-label={t('word.left')}>
            {countdown(word.left_ms)}
          </span>
        )}
      </p>
      <BigButton look={word.state === 'calm' ? 'calm' : 'go'} disabled={isGiven} onTap={() => aide.take(offer.id, 'safe')}>
        {t(isGiven ? 'word.given' : 'step.safe')}
      </BigButton>
    </section>
  );
}
