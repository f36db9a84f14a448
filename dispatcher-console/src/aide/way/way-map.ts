import 'maplibre-gl/dist/maplibre-gl.css';

import type { Feature } from 'geojson';
import { type GeoJSONSource, LngLatBounds, Map as MapLibre, Marker, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';

import { isSoftware, pixelRatio } from '../../console/map/graphics';
import { coloursOf, emptyStyle, FONT, tileLayers, TILES } from '../../console/map/style';
import { tilesOf } from '../../console/map/tile-source';
import type { MapTiles } from '../../generated/MapTiles';
import type { Way } from '../../generated/Way';
import type { Point } from '../../shared/distance';
import type { Lang } from '../../shared/lang';
import type { WayWords } from './way-words';

setWorkerUrl(workerUrl);

const WAY = 'way';

interface Look {
  /** The streets of our own server; null where there are none. */
  tiles: MapTiles | null;
  lang: Lang;
  words: WayWords;
  isNight: boolean;
  onReady: () => void;
  onFault: () => void;
}

export interface DrawnMap {
  /** The way as it is now, and the phone where it knows itself to be. */
  update: (way: Way, here: Point | null) => void;
  remove: () => void;
}

/** Draws a way on a map. One finger scrolls the page, two move the map. */
export function drawWay(container: HTMLElement, way: Way, { tiles, lang, words, isNight, onReady, onFault }: Look): DrawnMap {
  const theme = isNight ? 'night' : 'light';
  const colours = coloursOf(theme);
  const map = new MapLibre({
    container,
    style: emptyStyle(theme),
    bounds: boundsOf(way),
    fitBoundsOptions: { padding: 36, maxZoom: 16 },
    pixelRatio: pixelRatio(isSoftware()),
    localIdeographFontFamily: FONT,
    locale: {
      'Map.Title': words.map,
      'CooperativeGesturesHandler.MobileHelpText': words.twoFingers,
      'CooperativeGesturesHandler.WindowsHelpText': words.ctrl,
      'CooperativeGesturesHandler.MacHelpText': words.ctrl,
    },
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  const ends = [markAt(map, 'way-mark-here', words.here), markAt(map, 'way-mark-door', words.door)] as const;
  if (tiles !== null) container.append(attributionOf(tiles, words));

  const update = (now: Way, here: Point | null): void => {
    const [first, last] = [now.line[0], now.line.at(-1)];
    const start = here ?? first;
    if (start !== undefined) ends[0].setLngLat(start);
    if (last !== undefined) ends[1].setLngLat(last);
    map.getSource<GeoJSONSource>(WAY)?.setData(lineOf(now));
  };
  let latest = way;
  map.once('load', () => {
    if (tiles !== null) {
      const [south, west, north, east] = tiles.bounds;
      map.addSource(TILES, { type: 'vector', tiles: [tilesOf(tiles)], minzoom: tiles.min_zoom, maxzoom: tiles.max_zoom, bounds: [west, south, east, north] });
      for (const layer of tileLayers(theme, isSoftware(), lang)) map.addLayer(layer);
    }
    map.addSource(WAY, { type: 'geojson', data: lineOf(latest) });
    map.addLayer({
      id: WAY,
      type: 'line',
      source: WAY,
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': colours.route, 'line-width': 5, ...(latest.eta_source === 'roads' ? {} : { 'line-dasharray': [1, 2] }) },
    });
    onReady();
  });
  // A tile that does not come leaves a hole; a map that cannot draw at all leaves the outline.
  map.getCanvas().addEventListener('webglcontextlost', onFault);
  update(way, null);
  return {
    update: (now, here) => {
      latest = now;
      update(now, here);
    },
    remove: () => map.remove(),
  };
}

function boundsOf({ line }: Way): LngLatBounds {
  const bounds = new LngLatBounds();
  for (const corner of line) bounds.extend(corner);
  return bounds;
}

function lineOf({ line }: Way): Feature {
  return { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } };
}

function markAt(map: MapLibre, look: string, name: string): Marker {
  const element = document.createElement('div');
  element.className = `way-mark ${look}`;
  element.textContent = name;
  return new Marker({ element, anchor: 'bottom' }).setLngLat([0, 0]).addTo(map);
}

/** Whose work the streets are, always in sight, as the licence of OpenStreetMap wants it. */
function attributionOf(tiles: MapTiles, words: WayWords): HTMLElement {
  const line = document.createElement('p');
  line.className = 'way-attribution';
  line.textContent = tiles.origin === 'demo' ? words.invented : tiles.attribution;
  return line;
}
