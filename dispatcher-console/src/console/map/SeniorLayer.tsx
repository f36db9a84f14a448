import type { FeatureCollection } from 'geojson';
import { type GeoJSONSource, LngLatBounds, type Map as MapLibre, Marker } from 'maplibre-gl';
import { useEffect, useRef } from 'react';

import type { Ticket } from '../../generated/Ticket';
import { ago, distance } from '../../shared/format';
import type { Lang } from '../../shared/lang';
import { useSpeech } from '../i18n';
import { circle, ringRadius_m } from '../model/circle';
import { placeOf } from '../model/place';
import { useNow } from '../state/now';
import type { Colours } from './style';

const SOURCE = 'senior';
const FIRST_RING_MIN = 10;

/** Where the senior is thought to be, with the radius in which that may be wrong. */
export function SeniorLayer({ map, ticket, colours }: { map: MapLibre; ticket: Ticket | null; colours: Colours }) {
  const { t, lang, word } = useSpeech();
  const now = useNow();
  const marker = useRef<Marker | null>(null);
  const centred = useRef<string | null>(null);
  const id = ticket?.id ?? null;
  const lat = ticket?.position?.lat;
  const lon = ticket?.position?.lon;
  const accuracy_m = ticket?.position?.accuracy_m ?? 0;
  const source = ticket?.position?.source ?? '';
  const told = toldOf(ticket, now, lang);
  const title = `${t('map.senior')} · ${ticket?.who.name ?? ''} · ${word('source', source)}`;

  useEffect(() => {
    if (map.getSource(SOURCE) === undefined) {
      map.addSource(SOURCE, { type: 'geojson', data: empty() });
      map.addLayer({
        id: 'senior-accuracy',
        type: 'fill',
        source: SOURCE,
        paint: { 'fill-color': colours.senior, 'fill-opacity': 0.14 },
      });
      map.addLayer({
        id: 'senior-accuracy-edge',
        type: 'line',
        source: SOURCE,
        paint: { 'line-color': colours.senior, 'line-width': 1.2 },
      });
    }
    map.setPaintProperty('senior-accuracy', 'fill-color', colours.senior);
    map.setPaintProperty('senior-accuracy-edge', 'line-color', colours.senior);
    const data = empty();
    if (lat !== undefined && lon !== undefined && accuracy_m > 0)
      data.features.push({ type: 'Feature', properties: {}, geometry: circle(lat, lon, accuracy_m) });
    map.getSource<GeoJSONSource>(SOURCE)?.setData(data);
  }, [map, lat, lon, accuracy_m, colours]);

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

  useEffect(() => {
    const element = marker.current?.getElement();
    if (element !== undefined && element.dataset['told'] !== told) element.dataset['told'] = told;
  }, [map, id, lat, lon, source, title, told]);

  useEffect(() => () => void marker.current?.remove(), []);
  return null;
}

/** How old the position is and how far it may be off; nothing for a home or a pin, which do not move. */
function toldOf(ticket: Ticket | null, now: number, lang: Lang): string {
  const place = ticket === null ? null : placeOf(ticket, now);
  if (place === null || place.source === 'home' || place.source === 'pin') return '';
  const off = place.accuracy_m === null ? '' : ` · ±${distance(place.accuracy_m, lang)}`;
  return ago(place.age_ms, lang) + off;
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
