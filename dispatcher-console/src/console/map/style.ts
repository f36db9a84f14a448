import type { LineLayerSpecification, StyleSpecification } from 'maplibre-gl';

/** Fonts of the operator's PC draw the names: no font is ever fetched. */
export const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif';

/** Quiet colours: on this map only people may be bright. */
export const COLOURS = {
  ground: '#eceee9',
  water: '#cddbe0',
  waterText: '#4a6a78',
  street: '#ffffff',
  streetEdge: '#d3d8d0',
  path: '#cfd4cb',
  text: '#4d5a54',
  halo: '#f7f8f5',
  senior: '#c8161d',
  ring: '#7b8a83',
  route: '#1f5fbf',
};

/** Returns a style that holds nothing: what is drawn comes from our own server. */
export function emptyStyle(): StyleSpecification {
  return {
    version: 8,
    sources: {},
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': COLOURS.ground } }],
  };
}

type Width = NonNullable<LineLayerSpecification['paint']>['line-width'];

/** Returns a line width that grows with the zoom; `wide` for a trunk road, `thin` for a lane. */
export function widthOf(wide: number, thin: number): Width {
  return ['interpolate', ['exponential', 1.6], ['zoom'], 11, thin, 17, wide];
}
