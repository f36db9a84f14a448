import { type Map as MapLibre, Marker } from 'maplibre-gl';
import { useEffect } from 'react';

import { useSpeech } from '../../console/i18n';
import type { StandbyMove } from '../model/answers';

/** Where the suggestions would have people wait, numbered as in the list. */
export function StandbyLayer({ map, moves }: { map: MapLibre; moves: readonly StandbyMove[] | undefined }) {
  const { t } = useSpeech();
  const label = t('boardCoverage.markStandby');
  useEffect(() => {
    const markers = (moves ?? []).map(({ to }, index) => {
      const element = document.createElement('div');
      element.className = 'mark-standby';
      element.setAttribute('role', 'img');
      element.setAttribute('aria-label', `${label} ${index + 1}`);
      element.textContent = String(index + 1);
      return new Marker({ element }).setLngLat([to.lon, to.lat]).addTo(map);
    });
    return () => {
      for (const marker of markers) marker.remove();
    };
  }, [map, moves, label]);
  return null;
}
