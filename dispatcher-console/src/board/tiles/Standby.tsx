import { useState } from 'react';

import { useSpeech } from '../../console/i18n';
import { eta } from '../../shared/format';
import type { StandbySuggestions } from '../model/answers';
import { gainsOf } from '../model/coverage';
import { useStandby } from '../state/answers';
import { useWall } from '../state/wall';

/**
 * Where people could wait so that more seniors are inside. It costs the server seconds: on the page somebody asks for
 * it; a wall, which has no hands, asks by itself while somebody lives outside.
 */
export function Standby({ wanted }: { wanted: boolean }) {
  const { t } = useSpeech();
  const wall = useWall((state) => state.wall);
  const [asked, setAsked] = useState(false);
  const query = useStandby(asked || wanted);
  const found = query.data?.data;
  if (wall && found === undefined) return null;
  return (
    <div className="standby">
      {!wall && (
        <button
          type="button"
          className="button small"
          disabled={query.isFetching}
          onClick={() => (asked ? void query.refetch() : setAsked(true))}
        >
          {query.isFetching ? t('boardStandby.busy') : t(asked ? 'boardStandby.again' : 'boardStandby.ask')}
        </button>
      )}
      {query.isError && <p className="doubt">{t('boardStandby.failed')}</p>}
      {found !== undefined && <Found found={found} wall={wall} />}
    </div>
  );
}

function Found({ found, wall }: { found: StandbySuggestions; wall: boolean }) {
  const { t, lang } = useSpeech();
  const { suggestions } = found;
  if (suggestions.length === 0) return wall ? null : <p>{t('boardStandby.none')}</p>;
  return (
    <section aria-label={t('boardStandby.heading')}>
      <p>
        {t('boardStandby.moves', { number: suggestions.length })}{' '}
        {gainsOf(found).map(({ min, more }) => (
          <span key={min} className="badge">
            {t('boardStandby.gain', { min, more })}
          </span>
        ))}
      </p>
      {!wall && (
        <>
          <ol className="people-lines">
            {suggestions.map(({ responder, name, eta_s }, index) => (
              <li key={responder}>{t('boardStandby.move', { name, number: index + 1, eta: eta(eta_s, lang) })}</li>
            ))}
          </ol>
          <p className="muted">{t('boardStandby.byHand')}</p>
        </>
      )}
    </section>
  );
}
