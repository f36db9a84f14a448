import type { Feature } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import { useMemo } from 'react';

import type { Outside } from '../model/answers';
import { outsideByVillage } from '../model/coverage';
import type { BoardColours } from './colours';
import { type Layer, useDrawing } from './use-drawing';

/** From so many on each is a dot, or they would be one blot. */
const MANY = 300;

interface OutsideLayerProps {
  map: MapLibre;
  outside: readonly Outside[] | undefined;
  /** On a wall villages stand for homes: everybody who passes can read it. */
  wall: boolean;
  colours: BoardColours;
}

/** Who lives where nobody who is free would be in time: hollow rings, larger where there are more. */
export function OutsideLayer({ map, outside, wall, colours }: OutsideLayerProps) {
  const features = useMemo(() => {
    const places = wall ? outsideByVillage(outside ?? []) : (outside ?? []).map(({ lat, lon }) => ({ lat, lon, number: 1 }));
    return places.map(
      ({ lat, lon, number }): Feature => ({
        type: 'Feature',
        properties: { number },
        geometry: { type: 'Point', coordinates: [lon, lat] },
      }),
    );
  }, [outside, wall]);
  const many = (outside?.length ?? 0) > MANY;
  const layers = useMemo(
    (): Layer[] => [
      {
        id: 'outside',
        type: 'circle',
        paint: {
          'circle-radius': wall ? ['interpolate', ['linear'], ['get', 'number'], 1, 10, 300, 34] : many ? 2.5 : 4.5,
          'circle-color': colours.halo,
          'circle-opacity': 0.4,
          'circle-stroke-width': wall ? 4 : many ? 1.5 : 2.5,
          'circle-stroke-color': colours.outside,
        },
      },
    ],
    [wall, many, colours],
  );
  useDrawing(map, { source: 'board-outside', features, layers, beneathNames: true });
  return null;
}
