import type { Feature } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import { useMemo } from 'react';

import { useFeed } from '../../console/state/feed-store';
import { useNowAs } from '../../console/state/now';
import { presenceOf } from '../model/people';
import type { BoardColours } from './colours';
import { type Layer, useDrawing } from './use-drawing';

const EVERY_MS = 10_000;

/** Whoever is free, as dots without names. Moved every ten seconds: it is a picture of the district, not of a walk. */
export function FreeLayer({ map, colours }: { map: MapLibre; colours: BoardColours }) {
  const turn = useNowAs((now) => Math.floor(now / EVERY_MS));
  const features = useMemo(
    () =>
      [...useFeed.getState().responders.values()].flatMap((responder): Feature[] => {
        const { lat, lon } = responder;
        if (presenceOf(responder) !== 'free' || lat === null || lon === null) return [];
        return [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [lon, lat] } }];
      }),
    // The turn of the clock is when the feed is read.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [turn],
  );
  const layers = useMemo(
    (): Layer[] => [
      {
        id: 'free',
        type: 'circle',
        paint: { 'circle-radius': 4, 'circle-color': colours.free, 'circle-stroke-width': 1.5, 'circle-stroke-color': colours.halo },
      },
    ],
    [colours],
  );
  useDrawing(map, { source: 'board-free', features, layers });
  return null;
}
