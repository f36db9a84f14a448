import { useSpeech } from '../../console/i18n';
import { hasWebGl } from '../../console/map/graphics';
import { Later, later } from '../../console/ui/Later';
import { ageOf } from '../age-of';
import type { CoverageNow } from '../model/answers';
import { percent, sharesOf } from '../model/coverage';
import { EVERY_S } from '../model/polling';
import { useCoverage } from '../state/answers';
import { useWall } from '../state/wall';
import { Tile } from '../Tile';
import { OutsideList } from './OutsideList';
import { Standby } from './Standby';

// As at the console: a megabyte for which no figure waits.
const MAP = later(async () => (await import('../map/CoverageMap')).CoverageMap);

/** How many seniors somebody who is free reaches within the rings, where that is, and who lives outside. */
export function CoverageTile() {
  const { t } = useSpeech();
  const wall = useWall((state) => state.wall);
  const query = useCoverage();
  const coverage = query.data?.data;
  return (
    <Tile
      name="coverage"
      heading={t('boardCoverage.heading')}
      age={ageOf(query, EVERY_S.coverage, coverage === undefined ? null : Date.parse(coverage.at))}
    >
      {coverage !== undefined && (
        <>
          <Shares coverage={coverage} />
          {hasWebGl() ? (
            <Later part={MAP} waiting={<p className="empty map-place">{t('map.loading')}</p>} words={t('map.failed')} />
          ) : (
            <p className="empty">{t('map.unavailable')}</p>
          )}
          <OutsideList outside={coverage.outside} wall={wall} />
          {coverage.responders > 0 && <Standby wanted={wall && coverage.outside.length > 0} />}
        </>
      )}
    </Tile>
  );
}

function Shares({ coverage }: { coverage: CoverageNow }) {
  const { t } = useSpeech();
  const { seniors, responders, by_straight_line: straight } = coverage;
  return (
    <div className="shares-part">
      <dl className="shares">
        {sharesOf(coverage).map(({ min, seniors: inside, share }) => (
          <div key={min} data-within={min} data-whole={inside === seniors}>
            <dt>{t('boardCoverage.within', { min })}</dt>
            <dd>
              <strong className="figure">{percent(share)}</strong>
              <span className="muted">{t('boardCoverage.of', { seniors: inside, all: seniors })}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        {t('boardCoverage.free', { number: responders })}
        {straight > 0 && <> · {t('boardCoverage.straight', { number: straight })}</>}
      </p>
    </div>
  );
}
