import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { useEffect } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { circle, ringRadius_m } from '../model/circle';
import type { Colours } from './style';

const SOURCE = 'rings';
const RINGS_MIN = [10, 20, 30];

/** The rescue circles around the door, as far as a straight line can show them. */
export function RingsLayer({ map, ticket, colours }: { map: MapLibre; ticket: Ticket | null; colours: Colours }) {
  const position = ticket?.position ?? null;
  const lat = position?.lat;
  const lon = position?.lon;
  const searched = ticket?.ring_min ?? 0;

  useEffect(() => {
    if (map.getSource(SOURCE) === undefined) {
      map.addSource(SOURCE, { type: 'geojson', data: collection([]) });
      map.addLayer({
        id: 'rings',
        type: 'line',
        source: SOURCE,
        paint: {
          'line-color': colours.ring,
          'line-width': ['case', ['get', 'searched'], 2, 1],
          'line-dasharray': [4, 3],
        },
      });
    }
    map.setPaintProperty('rings', 'line-color', colours.ring);
    const rings =
      lat === undefined || lon === undefined
        ? []
        : RINGS_MIN.map((minutes) => ({
            type: 'Feature' as const,
            properties: { searched: minutes === searched },
            geometry: circle(lat, lon, ringRadius_m(minutes)),
          }));
    map.getSource<GeoJSONSource>(SOURCE)?.setData(collection(rings));
  }, [map, lat, lon, searched, colours]);
  return null;
}

function collection(features: FeatureCollection['features']): FeatureCollection {
  return { type: 'FeatureCollection', features };
}
