import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import { useEffect } from 'react';

import { COLOURS, FONT, widthOf } from './style';

const SOURCE = 'base';

const street = (id: string, classes: string[], wide: number, thin: number, colour: string): LayerSpecification => ({
  id,
  type: 'line',
  source: SOURCE,
  filter: ['in', ['get', 'class'], ['literal', classes]],
  layout: { 'line-cap': 'round', 'line-join': 'round' },
  paint: { 'line-color': colour, 'line-width': widthOf(wide, thin) },
});

const LAYERS: LayerSpecification[] = [
  {
    id: 'base-water',
    type: 'fill',
    source: SOURCE,
    filter: ['==', ['get', 'class'], 'water'],
    paint: { 'fill-color': COLOURS.water },
  },
  street('base-path', ['path'], 3, 0.4, COLOURS.path),
  street('base-residential-edge', ['residential'], 12, 1, COLOURS.streetEdge),
  street('base-secondary-edge', ['secondary'], 20, 2.4, COLOURS.streetEdge),
  street('base-trunk-edge', ['trunk'], 28, 4, COLOURS.streetEdge),
  street('base-residential', ['residential'], 9, 0.5, COLOURS.street),
  street('base-secondary', ['secondary'], 16, 1.6, COLOURS.street),
  street('base-trunk', ['trunk'], 23, 2.8, COLOURS.street),
  {
    id: 'base-street-name',
    type: 'symbol',
    source: SOURCE,
    filter: ['all', ['in', ['get', 'class'], ['literal', ['trunk', 'secondary', 'residential']]], ['has', 'name']],
    minzoom: 12.5,
    layout: {
      'symbol-placement': 'line',
      'text-field': ['get', 'name'],
      'text-font': [FONT],
      'text-size': 12,
      'text-max-angle': 40,
    },
    paint: { 'text-color': COLOURS.text, 'text-halo-color': COLOURS.halo, 'text-halo-width': 1.4 },
  },
  {
    id: 'base-village-name',
    type: 'symbol',
    source: SOURCE,
    filter: ['==', ['get', 'class'], 'village'],
    layout: { 'text-field': ['get', 'name'], 'text-font': [FONT], 'text-size': 14, 'text-letter-spacing': 0.08 },
    paint: { 'text-color': COLOURS.text, 'text-halo-color': COLOURS.halo, 'text-halo-width': 1.6 },
  },
];

/** Streets, water and village names of the district, as the server has them. */
export function BaseLayer({ map, streets }: { map: MapLibre; streets: FeatureCollection }) {
  useEffect(() => {
    const source = map.getSource<GeoJSONSource>(SOURCE);
    if (source !== undefined) {
      source.setData(streets);
      return;
    }
    map.addSource(SOURCE, { type: 'geojson', data: streets });
    // Whatever was drawn before the streets came stays above them.
    const above = map.getStyle().layers.find((layer) => layer.id !== 'ground')?.id;
    for (const layer of LAYERS) map.addLayer(layer, above);
  }, [map, streets]);
  return null;
}
