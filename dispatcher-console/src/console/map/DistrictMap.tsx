import 'maplibre-gl/dist/maplibre-gl.css';

import { useQuery } from '@tanstack/react-query';
import type { FeatureCollection } from 'geojson';
import { Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef, useState } from 'react';

import { useSpeech } from '../i18n';
import { api } from '../services';
import { useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { mapKey } from '../state/keys';
import { useDistrict } from '../state/use-district';
import { BaseLayer } from './BaseLayer';
import { pixelRatio } from './graphics';
import { Legend } from './Legend';
import { MapButtons } from './MapButtons';
import { PeopleLayer } from './PeopleLayer';
import { RingsLayer } from './RingsLayer';
import { RoutesLayer } from './RoutesLayer';
import { SeniorLayer } from './SeniorLayer';
import { emptyStyle, FONT } from './style';

setWorkerUrl(workerUrl);

/** The district with its people; each layer is a component that only draws itself. */
export default function DistrictMap({ district }: { district: string }) {
  const { t, lang } = useSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const info = useDistrict();
  const streets = useQuery({
    queryKey: mapKey(district),
    queryFn: ({ signal }) => api.get<FeatureCollection>(`/v1/districts/${district}/map`, signal),
    staleTime: Infinity,
  });
  const tickets = useFeed((feed) => feed.tickets);
  const openTicket = useDesk((desk) => desk.openTicket);
  const senior = openTicket === null ? null : (tickets.get(openTicket) ?? null);

  useEffect(() => {
    if (frame.current === null) return undefined;
    const made = new MapLibre({
      container: frame.current,
      style: emptyStyle(),
      center: [117.66, 24.51],
      zoom: 12,
      pixelRatio: pixelRatio(),
      localIdeographFontFamily: FONT,
      locale: {
        'Map.Title': t('map.canvas'),
        'NavigationControl.ZoomIn': t('map.zoomIn'),
        'NavigationControl.ZoomOut': t('map.zoomOut'),
      },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
    });
    made.touchZoomRotate.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-right');
    made.once('load', () => setMap(made));
    return () => {
      setMap(null);
      made.remove();
    };
    // The map takes its words when it is made, so another language makes another map.
  }, [lang, t]);

  return (
    <>
      <div className="map" ref={frame} />
      {map !== null && (
        <>
          {streets.data !== undefined && <BaseLayer map={map} streets={streets.data} />}
          <RingsLayer map={map} ticket={senior} />
          <RoutesLayer map={map} ticket={senior} />
          <SeniorLayer map={map} ticket={senior} />
          <PeopleLayer map={map} />
          <MapButtons map={map} bounds={info.data?.bounds ?? null} ticket={senior} />
        </>
      )}
      {(streets.isError || info.isError) && <p className="map-fault">{t('map.failed')}</p>}
      <Legend />
    </>
  );
}
