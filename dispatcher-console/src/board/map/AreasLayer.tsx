import type { Feature } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import { useMemo } from 'react';

import type { Isochrones } from '../model/answers';
import { areasOf } from '../model/coverage';
import { type BoardColours, shadeOf } from './colours';
import { type Layer, useDrawing } from './use-drawing';

/** Where somebody who is free is within each ring, the widest beneath. */
export function AreasLayer({ map, areas, colours }: { map: MapLibre; areas: Isochrones | undefined; colours: BoardColours }) {
  const features = useMemo(
    () =>
      (areas === undefined ? [] : areasOf(areas)).map(
        ({ rank, area }): Feature => ({ type: 'Feature', properties: { colour: shadeOf(colours, rank) }, geometry: area }),
      ),
    [areas, colours],
  );
  const layers = useMemo(
    (): Layer[] => [
      { id: 'areas', type: 'fill', paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.8 } },
      { id: 'areas-edge', type: 'line', paint: { 'line-color': colours.edge, 'line-width': 1.2, 'line-opacity': 0.7 } },
    ],
    [colours],
  );
  useDrawing(map, { source: 'board-areas', features, layers, beneathNames: true });
  return null;
}
