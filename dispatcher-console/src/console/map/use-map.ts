import 'maplibre-gl/dist/maplibre-gl.css';

import { Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { type RefObject, useEffect, useState } from 'react';

import { useSpeech } from '../i18n';
import type { Theme } from '../model/theme';
import { pixelRatio } from './graphics';
import { emptyStyle, FONT, TILES } from './style';

setWorkerUrl(workerUrl);

interface MapLook {
  theme: Theme;
  lite: boolean;
  /** Whether it can be moved and zoomed; a map on a wall cannot. */
  hands: boolean;
}

/** Makes an empty map in a frame, and takes it away again; null until it can be drawn on. */
export function useMap(frame: RefObject<HTMLDivElement | null>, { theme, lite, hands }: MapLook): MapLibre | null {
  const { t, lang } = useSpeech();
  const [map, setMap] = useState<MapLibre | null>(null);

  useEffect(() => {
    if (frame.current === null) return undefined;
    const made = new MapLibre({
      container: frame.current,
      style: emptyStyle(theme),
      center: [117.66, 24.51],
      zoom: 12,
      pixelRatio: pixelRatio(lite),
      localIdeographFontFamily: FONT,
      locale: {
        'Map.Title': t('map.canvas'),
        'NavigationControl.ZoomIn': t('map.zoomIn'),
        'NavigationControl.ZoomOut': t('map.zoomOut'),
      },
      attributionControl: false,
      interactive: hands,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
    });
    made.touchZoomRotate.disableRotation();
    if (hands) made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-right');
    made.once('load', () => setMap(made));
    // Whoever tests it, or helps on the telephone, sees in the page how far the map is.
    made.on('idle', () => mark(made, made.getSource(TILES) === undefined ? 'empty' : 'ready'));
    made.on('error', () => mark(made, 'fault'));
    return () => {
      setMap(null);
      made.remove();
    };
    // The map takes its words when it is made, so another language makes another map; look and
    // fineness are changed as it stands.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hands, lang, t]);

  useEffect(() => {
    map?.setPixelRatio(pixelRatio(lite));
  }, [map, lite]);
  return map;
}

function mark(map: MapLibre, how: 'empty' | 'ready' | 'fault'): void {
  map.getContainer().dataset['map'] = how;
}
