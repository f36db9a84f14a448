import type { FeatureCollection } from 'geojson';
import { type GeoJSONSource, LngLatBounds, type Map as MapLibre, Marker } from 'maplibre-gl';
import { useEffect, useRef } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { circle, ringRadius_m } from '../model/circle';
import { COLOURS } from './style';

const SOURCE = 'senior';
const FIRST_RING_MIN = 10;

/** Where the senior is thought to be, with the radius in which that may be wrong. */
export function SeniorLayer({ map, ticket }: { map: MapLibre; ticket: Ticket | null }) {
  const { t, word } = useSpeech();
  const marker = useRef<Marker | null>(null);
  const centred = useRef<string | null>(null);
  const id = ticket?.id ?? null;
  const lat = ticket?.position?.lat;
  const lon = ticket?.position?.lon;
  const accuracy_m = ticket?.position?.accuracy_m ?? 0;
  const source = ticket?.position?.source ?? '';
  const title = `${t('map.senior')} · ${ticket?.who.name ?? ''} · ${word('source', source)}`;

  useEffect(() => {
    if (map.getSource(SOURCE) === undefined) {
      map.addSource(SOURCE, { type: 'geojson', data: empty() });
      map.addLayer({
        id: 'senior-accuracy',
        type: 'fill',
        source: SOURCE,
        paint: { 'fill-color': COLOURS.senior, 'fill-opacity': 0.14 },
      });
      map.addLayer({
        id: 'senior-accuracy-edge',
        type: 'line',
        source: SOURCE,
        paint: { 'line-color': COLOURS.senior, 'line-width': 1.2 },
      });
    }
    const data = empty();
    if (lat !== undefined && lon !== undefined && accuracy_m > 0)
      data.features.push({ type: 'Feature', properties: {}, geometry: circle(lat, lon, accuracy_m) });
    map.getSource<GeoJSONSource>(SOURCE)?.setData(data);
  }, [map, lat, lon, accuracy_m]);

  useEffect(() => {
    marker.current?.remove();
    marker.current = null;
    if (lat === undefined || lon === undefined) return;
    const element = document.createElement('div');
    element.className = `mark-senior ${source}`;
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', title);
    element.title = title;
    marker.current = new Marker({ element }).setLngLat([lon, lat]).addTo(map);
    // The map goes to a file once, when it opens; after that the operator's hand decides.
    if (centred.current !== id) map.fitBounds(around(lat, lon), { animate: false });
    centred.current = id;
  }, [map, id, lat, lon, source, title]);

  useEffect(() => () => void marker.current?.remove(), []);
  return null;
}

/** The first rescue circle: whoever can be there soonest is in the picture. */
function around(lat: number, lon: number): LngLatBounds {
  const bounds = new LngLatBounds();
  for (const [x, y] of circle(lat, lon, ringRadius_m(FIRST_RING_MIN)).coordinates[0] ?? [])
    if (x !== undefined && y !== undefined) bounds.extend([x, y]);
  return bounds;
}

function empty(): FeatureCollection {
  return { type: 'FeatureCollection', features: [] };
}
