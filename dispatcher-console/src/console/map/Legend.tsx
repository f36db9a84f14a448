import { useSpeech } from '../i18n';

/** What the marks mean. */
export function Legend() {
  const { t, word } = useSpeech();
  return (
    <ul className="legend" aria-label={t('map.legend')}>
      <li>
        <span className="sample mark-senior" /> {t('map.senior')}
      </li>
      <li>
        <span className="sample mark-senior home" /> {t('map.seniorHome')}
      </li>
      <li>
        <span className="sample mark-person aide" data-state="free" /> {word('role', 'aide')}
      </li>
      <li>
        <span className="sample mark-person rescuer" data-state="free" /> {word('role', 'rescuer')}
      </li>
      <li>
        <span className="swatch free" /> {t('map.free')}
      </li>
      <li>
        <span className="swatch offered" /> {t('map.offered')}
      </li>
      <li>
        <span className="swatch busy" /> {t('map.busy')}
      </li>
      <li>
        <span className="sample mark-person aide" data-state="free" data-stale="true" /> {t('map.stale')}
      </li>
      <li className="wide">
        <span className="line" /> {t('map.route')}
      </li>
      <li className="wide">
        <span className="dash" /> {t('map.rings')}
      </li>
    </ul>
  );
}
