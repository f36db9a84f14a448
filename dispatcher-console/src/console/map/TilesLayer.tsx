import type { Map as MapLibre } from 'maplibre-gl';
import { useEffect } from 'react';

import type { MapTiles } from '../../generated/MapTiles';
import { useSpeech } from '../i18n';
import { coloursOf, TILES, tileLayers } from './style';
import type { Theme } from '../model/theme';
import { tilesOf } from './tile-source';

interface TilesLayerProps {
  map: MapLibre;
  tiles: MapTiles | null;
  theme: Theme;
  lite: boolean;
}

/** Streets, waters and names; made anew for another map, another look or another language. */
export function TilesLayer({ map, tiles, theme, lite }: TilesLayerProps) {
  const { lang } = useSpeech();
  const version = tiles?.version ?? null;

  useEffect(() => {
    // Another language has taken this map away in the same step, and makes another.
    if (map._removed) return undefined;
    map.setPaintProperty('ground', 'background-color', coloursOf(theme).ground);
    if (tiles === null) return undefined;
    const [south, west, north, east] = tiles.bounds;
    map.addSource(TILES, {
      type: 'vector',
      tiles: [tilesOf(tiles)],
      minzoom: tiles.min_zoom,
      maxzoom: tiles.max_zoom,
      bounds: [west, south, east, north],
    });
    // Whatever was drawn before the streets came stays above them.
    const above = map.getStyle().layers.find((layer) => layer.id !== 'ground')?.id;
    for (const layer of tileLayers(theme, lite, lang)) map.addLayer(layer, above);
    return () => {
      // The map itself may be gone by now, and its layers with it.
      if (map._removed) return;
      for (const { id } of map.getStyle().layers) if (id.startsWith(`${TILES}-`)) map.removeLayer(id);
      map.removeSource(TILES);
    };
    // Another version is another map; whatever else changes in the answer is not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [map, version, theme, lite, lang]);
  return null;
}
