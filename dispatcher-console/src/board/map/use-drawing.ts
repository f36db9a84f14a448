import type { Feature, FeatureCollection } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import { useEffect } from 'react';

/** A layer without its source, which is the drawing's. */
export type Layer = LayerSpecification extends infer L ? (L extends { source: string } ? Omit<L, 'source'> : never) : never;

interface Drawing {
  source: string;
  features: Feature[];
  layers: readonly Layer[];
  /** Whether the names of places stay above it. */
  beneathNames?: boolean;
}

/** Draws features on a map in these layers, and again when either is another one. */
export function useDrawing(map: MapLibre, { source, features, layers, beneathNames = false }: Drawing): void {
  useEffect(() => {
    map.addSource(source, { type: 'geojson', data: collection([]) });
    const names = beneathNames ? map.getStyle().layers.find(({ type }) => type === 'symbol')?.id : undefined;
    for (const layer of layers) map.addLayer({ ...layer, source } as LayerSpecification, names);
    return () => {
      // The map itself may be gone by now, and its layers with it.
      if (map._removed) return;
      for (const { id } of layers) map.removeLayer(id);
      map.removeSource(source);
    };
  }, [map, source, layers, beneathNames]);

  useEffect(() => {
    map.getSource<GeoJSONSource>(source)?.setData(collection(features));
  }, [map, source, layers, features]);
}

function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features };
}
