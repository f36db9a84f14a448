import { useSpeech } from '../../console/i18n';
import { eta } from '../../shared/format';
import type { Outside } from '../model/answers';
import { outsideByVillage } from '../model/coverage';

/** The farthest that are worth naming; the rest is counted by village. */
const NAMED = 5;
const VILLAGES = 6;

/** Who lives where nobody who is free would be in time. */
export function OutsideList({ outside, wall }: { outside: readonly Outside[]; wall: boolean }) {
  const { t, lang } = useSpeech();
  if (outside.length === 0) return <p className="covered">{t('boardCoverage.outsideNone')}</p>;
  const villages = outsideByVillage(outside);
  // While nobody at all is free nobody is farther than anybody.
  const far = outside.flatMap(({ eta_s, ...one }) => (eta_s === null ? [] : [{ ...one, eta_s }]));
  return (
    <div className="outside">
      <p className="doubt">
        <strong>{t('boardCoverage.outside', { number: outside.length })}</strong>
      </p>
      <ul className="villages">
        {villages.slice(0, VILLAGES).map(({ village, number }) => (
          <li key={village} className="badge flag">
            {t('boardCoverage.village', { village, number })}
          </li>
        ))}
        {villages.length > VILLAGES && <li>…</li>}
      </ul>
      {!wall && far.length > 0 && (
        <ul className="people-lines" aria-label={t('boardCoverage.outsideList')}>
          {far.slice(0, NAMED).map(({ id, name, village, eta_s }) => (
            <li key={id}>
              <strong>{name}</strong> <span className="village">{village}</span>{' '}
              <span className="muted">{t('boardCoverage.outsideEta', { eta: eta(eta_s, lang) })}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
