import { useSpeech } from '../../console/i18n';
import type { Isochrones } from '../model/answers';
import { areasOf } from '../model/coverage';
import { type BoardColours, shadeOf } from './colours';

interface MapKeyProps {
  areas: Isochrones | undefined;
  colours: BoardColours;
  wall: boolean;
  hasMoves: boolean;
}

/** What is drawn on the map, in words. */
export function MapKey({ areas, colours, wall, hasMoves }: MapKeyProps) {
  const { t } = useSpeech();
  const rings = areas === undefined ? [] : areasOf(areas).reverse();
  return (
    <ul className="legend" aria-label={t('map.legend')}>
      {rings.map(({ rank, min }) => (
        <li key={min}>
          <span className="swatch" style={{ background: shadeOf(colours, rank) }} /> {t('boardCoverage.areas', { min })}
        </li>
      ))}
      <li>
        <span className="swatch ring" style={{ borderColor: colours.outside }} />{' '}
        {t(wall ? 'boardCoverage.markVillage' : 'boardCoverage.markOutside')}
      </li>
      <li>
        <span className="swatch dot" style={{ background: colours.free }} /> {t('boardCoverage.markFree')}
      </li>
      {hasMoves && (
        <li>
          <span className="mark-standby sample">1</span> {t('boardCoverage.markStandby')}
        </li>
      )}
    </ul>
  );
}
