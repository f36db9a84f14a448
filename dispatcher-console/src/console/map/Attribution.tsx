import type { MapTiles } from '../../generated/MapTiles';
import { useSpeech } from '../i18n';

const OSM = /©?\s*OpenStreetMap( contributors)?/i;

/** Whose work the map is, always in sight, as the licence of OpenStreetMap wants it. Words, and no link. */
export function Attribution({ tiles }: { tiles: MapTiles | null }) {
  const { t } = useSpeech();
  const words =
    tiles === null ? t('map.none') : tiles.origin === 'demo' ? t('map.invented') : tiles.attribution.replace(OSM, ` ${t('map.osm')}`).trim();
  return words === '' ? null : <p className="map-attribution">{words}</p>;
}
