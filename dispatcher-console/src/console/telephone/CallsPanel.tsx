import { useEffect, useRef, useState } from 'react';

import type { Call } from '../../generated/Call';
import { listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { cardsOf, isRingingIn } from '../model/calls';
import { spokenNumber } from '../model/telephone';
import { useCalls } from '../state/calls';
import { useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { CallCard } from './CallCard';
import { CallerDialog } from './CallerDialog';
import { CallLine } from './CallLine';

/**
 * The telephone calls (来电弹屏), above the map: nothing that an operator clicks or types in moves
 * when it rings, and no call takes the focus.
 */
export function CallsPanel() {
  const { t } = useSpeech();
  const { list, former } = useFeed((feed) => feed.calls);
  const { kept, putAway } = useCalls();
  const openSenior = useDesk((desk) => desk.openSenior);
  const asksForCaller = useDesk((desk) => desk.dialog === 'caller');
  const cards = cardsOf({ calls: list, kept, putAway, openSenior });
  return (
    <>
      <Announcement calls={former ? [] : list} />
      {cards.length > 0 && (
        <section className="calls" id="calls" aria-label={t('call.heading')} data-former={former}>
          {former && <p className="doubt">{t('call.former')}</p>}
          <ul>
            {cards.map(({ call, full, lost }) => (
              <li key={call.id} data-call={call.id}>
                {full ? (
                  <CallCard call={call} former={former} lost={lost} kept={kept.get(call.id)} />
                ) : (
                  <CallLine call={call} former={former} />
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {asksForCaller && <CallerDialog />}
    </>
  );
}

/** Says who calls to those who listen, each call once. */
function Announcement({ calls }: { calls: readonly Call[] }) {
  const { t, lang } = useSpeech();
  const told = useRef(new Set<string>());
  const [news, setNews] = useState<Call | null>(null);

  useEffect(() => {
    const newest = calls.filter((call) => isRingingIn(call) && !told.current.has(call.id)).at(-1);
    if (newest === undefined) return;
    told.current.add(newest.id);
    setNews(newest);
  }, [calls]);

  const number = news?.number ?? null;
  return (
    <p className="for-ears" aria-live="polite" aria-atomic="true">
      {news !== null &&
        t('call.announce', {
          number: number === null ? t('call.noNumber') : spokenNumber(number),
          who: listed(news.seniors.map(({ name }) => name), lang),
        })}
    </p>
  );
}
