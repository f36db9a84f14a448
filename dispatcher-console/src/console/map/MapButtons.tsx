import type { Map as MapLibre } from 'maplibre-gl';
import { useEffect, useRef } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { chooseLiteMap } from '../state/lite-map';
import { startPin, usePin } from '../state/pin';
import { CommandButton } from '../ui/CommandButton';

interface MapButtonsProps {
  map: MapLibre;
  /** South, west, north, east. */
  bounds: [number, number, number, number] | null;
  ticket: Ticket | null;
  lite: boolean;
}

/** Two ways back for who has lost the way on the map, the pin, and how much is drawn. */
export function MapButtons({ map, bounds, ticket, lite }: MapButtonsProps) {
  const { t } = useSpeech();
  const fitted = useRef(false);
  const pinned = usePin(({ pin }) => pin !== null);
  const position = ticket?.position ?? null;

  function fit([south, west, north, east]: [number, number, number, number]): void {
    map.fitBounds([west, south, east, north], { padding: 24, animate: false });
  }

  /** Where no place is known yet the pin begins in the middle of what is seen. */
  function pinFrom({ id, position: from }: Ticket): void {
    const centre = map.getCenter();
    startPin({ ticket: id, lat: from?.lat ?? centre.lat, lon: from?.lon ?? centre.lng });
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
      {ticket !== null && ticket.status !== 'closed' && !pinned && (
        <CommandButton command="pin" className="button small" onClick={() => pinFrom(ticket)}>
          {t('map.pin')}
        </CommandButton>
      )}
      <button type="button" className="button small" aria-pressed={lite} onClick={() => chooseLiteMap(!lite)}>
        {t('map.lite')}
      </button>
    </div>
  );
}
