import type { Map as MapLibre } from 'maplibre-gl';
import { useEffect, useRef } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';

interface MapButtonsProps {
  map: MapLibre;
  /** South, west, north, east. */
  bounds: [number, number, number, number] | null;
  ticket: Ticket | null;
}

/** Two ways back for who has lost the way on the map. */
export function MapButtons({ map, bounds, ticket }: MapButtonsProps) {
  const { t } = useSpeech();
  const fitted = useRef(false);
  const position = ticket?.position ?? null;

  function fit([south, west, north, east]: [number, number, number, number]): void {
    map.fitBounds([west, south, east, north], { padding: 24, animate: false });
  }

  useEffect(() => {
    // At the start the district, unless a file has already taken the map to its senior.
    if (fitted.current || bounds === null) return;
    fitted.current = true;
    if (position === null) fit(bounds);
  });

  return (
    <div className="map-buttons">
      {bounds !== null && (
        <button type="button" className="button small" onClick={() => fit(bounds)}>
          {t('map.fit')}
        </button>
      )}
      {position !== null && (
        <button
          type="button"
          className="button small"
          onClick={() => map.jumpTo({ center: [position.lon, position.lat], zoom: 15 })}
        >
          {t('map.toSenior')}
        </button>
      )}
    </div>
  );
}
