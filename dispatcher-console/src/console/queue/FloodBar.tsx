import type { Ticket } from '../../generated/Ticket';
import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import { waitingOf } from '../model/flood';
import { useNow } from '../state/now';

/** Says that a flood is on: how many came, how many wait, and how long the one who waits longest. */
export function FloodBar({ tickets, newcomers }: { tickets: readonly Ticket[]; newcomers: number }) {
  const { t } = useSpeech();
  const now = useNow();
  const { unanswered, oldest } = waitingOf(tickets);
  return (
    <section className="flood" aria-labelledby="flood-heading">
      <h3 id="flood-heading">{t('flood.heading', { number: newcomers })}</h3>
      <p>
        {oldest === null ? t('flood.allOwned') : t('flood.oldest', { number: unanswered, age: ticking(now - oldest) })}
      </p>
    </section>
  );
}
