import { useQueries } from '@tanstack/react-query';
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { useEffect } from 'react';

import type { Ticket } from '../../generated/Ticket';
import type { Way } from '../../generated/Way';
import { api } from '../services';
import { routeKey } from '../state/keys';
import type { Colours } from './style';

const SOURCE = 'routes';

/** People move; the way from where they are changes with them. */
const REFRESH_MS = 10_000;

/** A way that begins where somebody was longer ago, or at a standby place, is drawn faintly. */
const FRESH_S = 60;

const OPACITY = ['case', ['get', 'fresh'], 0.75, 0.3] as unknown as number;

/** The ways of those who are asked or under way to the open file's senior: full lines go by road. */
export function RoutesLayer({ map, ticket, colours }: { map: MapLibre; ticket: Ticket | null; colours: Colours }) {
  const underWay = (ticket?.offers ?? []).filter(({ status }) => status === 'offered' || status === 'accepted');
  const ways = useQueries({
    queries: underWay.map(({ id }) => ({
      queryKey: routeKey(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Way>(`/v1/offers/${id}/route`, signal),
      refetchInterval: REFRESH_MS,
    })),
    // A way that could not be asked for anew is not shown: it would be the way of a while ago.
    combine: (found) => found.flatMap(({ data, isSuccess }) => (isSuccess ? [data] : [])),
  });

  useEffect(() => {
    if (map.getSource(SOURCE) === undefined) {
      map.addSource(SOURCE, { type: 'geojson', data: collection([]) });
      const colour = { 'line-color': colours.route, 'line-width': 4, 'line-opacity': OPACITY };
      const layout = { 'line-join': 'round', 'line-cap': 'round' } as const;
      map.addLayer({
        id: 'routes',
        type: 'line',
        source: SOURCE,
        filter: ['get', 'by_road'],
        layout,
        paint: colour,
      });
      map.addLayer({
        id: 'routes-straight',
        type: 'line',
        source: SOURCE,
        filter: ['!', ['get', 'by_road']],
        layout,
        paint: { ...colour, 'line-width': 2, 'line-dasharray': [2, 3] },
      });
    }
    for (const layer of ['routes', 'routes-straight']) map.setPaintProperty(layer, 'line-color', colours.route);
    const lines = ways.map(({ line, eta_source, position_age_s }) => ({
      type: 'Feature' as const,
      properties: {
        by_road: eta_source === 'roads',
        fresh: position_age_s !== null && position_age_s <= FRESH_S,
      },
      geometry: { type: 'LineString' as const, coordinates: line },
    }));
    map.getSource<GeoJSONSource>(SOURCE)?.setData(collection(lines));
  }, [map, ways, colours]);
  return null;
}

function collection(features: FeatureCollection['features']): FeatureCollection {
  return { type: 'FeatureCollection', features };
}
