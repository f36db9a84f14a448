import type { ExpressionSpecification, LayerSpecification, LineLayerSpecification, StyleSpecification } from 'maplibre-gl';

import type { Lang } from '../../shared/lang';
import type { Theme } from '../model/theme';

/** Fonts of the operator's PC draw the names: no font is ever fetched. */
export const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif';

/** The tiles of the streets. */
export const TILES = 'base';

/** Quiet colours: on this map only people may be bright. */
const LIGHT = {
  ground: '#eceee9',
  green: '#dde6d6',
  grounds: '#e6e4dc',
  water: '#cddbe0',
  waterText: '#46636f',
  building: '#dfdfd8',
  street: '#ffffff',
  streetEdge: '#d0d5cd',
  path: '#c9cec5',
  rail: '#b4b4b4',
  text: '#46524c',
  halo: '#f7f8f5',
  senior: '#c8161d',
  ring: '#6b7a73',
  route: '#1f5fbf',
};

export type Colours = typeof LIGHT;

const NIGHT: Colours = {
  ground: '#161c1b',
  green: '#1a2521',
  grounds: '#1d2221',
  water: '#14262e',
  waterText: '#8fb0bd',
  building: '#222928',
  street: '#39423f',
  streetEdge: '#111615',
  path: '#323a37',
  rail: '#454b49',
  text: '#c3ccc6',
  halo: '#121716',
  senior: '#ff6b6f',
  ring: '#8d9a93',
  route: '#6ea8ff',
};

export function coloursOf(theme: Theme): Colours {
  return theme === 'night' ? NIGHT : LIGHT;
}

/** Returns a style that holds nothing: what is drawn comes from our own server. */
export function emptyStyle(theme: Theme): StyleSpecification {
  return {
    version: 8,
    sources: {},
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': coloursOf(theme).ground } }],
  };
}

type Width = NonNullable<LineLayerSpecification['paint']>['line-width'];
type Filter = boolean | ExpressionSpecification;

/** Returns a line width that grows with the zoom; `wide` for a trunk road, `thin` for a lane. */
function widthOf(wide: number, thin: number): Width {
  return ['interpolate', ['exponential', 1.6], ['zoom'], 10, thin, 17, wide];
}

const isOf = (key: string, ...words: string[]): Filter => ['in', ['get', key], ['literal', words]];
const BIG = ['trunk', 'primary', 'trunk_link'];

/** Kinds of road from below, with their width from near and from far. */
const ROADS: [id: string, filter: Filter, wide: number, thin: number][] = [
  ['minor', isOf('kind', 'minor_road'), 9, 0.3],
  ['middle', ['all', isOf('kind', 'major_road'), ['!', isOf('kind_detail', ...BIG)]], 15, 0.9],
  ['main', ['all', isOf('kind', 'major_road'), isOf('kind_detail', ...BIG)], 21, 1.6],
  ['highway', isOf('kind', 'highway'), 23, 2],
];

/**
 * Returns how streets, waters and names are drawn, from below: in the words of Protomaps' basemap, which
 * our own tiles speak, too. The lite map has a third of it: no edges, houses or names, each of
 * which costs a processor that draws by itself more than all the rest.
 */
export function tileLayers(theme: Theme, lite: boolean, lang: Lang): LayerSpecification[] {
  const colours = coloursOf(theme);
  const fill = (id: string, layer: string, filter: Filter, colour: string, minzoom = 0): LayerSpecification => ({
    id: `${TILES}-${id}`,
    type: 'fill',
    source: TILES,
    'source-layer': layer,
    filter: ['all', ['==', ['geometry-type'], 'Polygon'], filter],
    minzoom,
    paint: { 'fill-color': colour, 'fill-antialias': !lite },
  });
  const line = (id: string, layer: string, filter: Filter, width: Width, colour: string, minzoom = 0): LayerSpecification => ({
    id: `${TILES}-${id}`,
    type: 'line',
    source: TILES,
    'source-layer': layer,
    filter,
    minzoom,
    layout: lite ? {} : { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': width },
  });
  const paths = line('path', 'roads', isOf('kind', 'path'), widthOf(3, 0.2), colours.path, 13);
  const streets = ROADS.map(([id, filter, wide, thin]) => line(id, 'roads', filter, widthOf(wide, thin), colours.street));
  const ground = [
    fill('green', 'landuse', isOf('kind', 'park', 'forest', 'wood', 'grass', 'garden', 'golf_course', 'nature_reserve', 'cemetery', 'scrub', 'grassland', 'pitch'), colours.green),
    fill('water', 'water', true, colours.water),
  ];
  // With a quarter of the pixels writing is a blur, and it costs most of all.
  if (lite) return [...ground, paths, ...streets];

  const towns = names('town', 'places', isOf('kind_detail', 'city', 'town'), 15, lang, colours);
  const villages = names('village', 'places', ['!', isOf('kind_detail', 'city', 'town', 'country', 'state')], 13, lang, colours, 11);
  const edge = (id: string, filter: Filter, wide: number, thin: number): LayerSpecification =>
    line(`${id}-edge`, 'roads', filter, widthOf(wide * 1.28, thin + 0.6), colours.streetEdge);
  return [
    fill('grounds', 'landuse', isOf('kind', 'hospital', 'school', 'university', 'industrial'), colours.grounds),
    ...ground,
    line('stream', 'water', ['==', ['geometry-type'], 'LineString'], widthOf(4, 0.4), colours.water),
    fill('building', 'buildings', true, colours.building, 14),
    paths,
    ...ROADS.map(([id, filter, wide, thin]) => edge(id, filter, wide, thin)),
    ...streets,
    line('rail', 'roads', isOf('kind', 'rail'), widthOf(3, 0.5), colours.rail, 11),
    along('street-name', 'roads', isOf('kind', 'highway', 'major_road', 'minor_road'), lang, colours.text, colours.halo, 12.5),
    along('stream-name', 'water', ['==', ['geometry-type'], 'LineString'], lang, colours.waterText, colours.halo, 13),
    villages,
    towns,
  ];
}

/** A name as people there say it is what stands on the signs; the Chinese one where a file has another first. */
function nameOf(lang: Lang): ExpressionSpecification {
  return lang === 'zh' ? ['coalesce', ['get', 'name:zh'], ['get', 'name']] : ['coalesce', ['get', 'name'], ['get', 'name:en']];
}

function names(id: string, layer: string, filter: Filter, size: number, lang: Lang, colours: Colours, minzoom = 0): LayerSpecification {
  return {
    id: `${TILES}-${id}-name`,
    type: 'symbol',
    source: TILES,
    'source-layer': layer,
    filter: ['all', ['has', 'name'], filter],
    minzoom,
    layout: { 'text-field': nameOf(lang), 'text-font': [FONT], 'text-size': size, 'text-letter-spacing': 0.06 },
    paint: { 'text-color': colours.text, 'text-halo-color': colours.halo, 'text-halo-width': 1.6 },
  };
}

function along(id: string, layer: string, filter: Filter, lang: Lang, colour: string, halo: string, minzoom: number): LayerSpecification {
  return {
    id: `${TILES}-${id}`,
    type: 'symbol',
    source: TILES,
    'source-layer': layer,
    filter: ['all', ['has', 'name'], filter],
    minzoom,
    layout: {
      'symbol-placement': 'line',
      'text-field': nameOf(lang),
      'text-font': [FONT],
      'text-size': 12,
      'text-max-angle': 40,
    },
    paint: { 'text-color': colour, 'text-halo-color': halo, 'text-halo-width': 1.4 },
  };
}
