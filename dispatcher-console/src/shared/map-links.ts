import { bd09, gcj02, type Point } from './datum';

/** The maps on phones. `phone`: whichever the phone has for places. */
export type MapApp = 'amap' | 'baidu' | 'phone';

const pair = (lat: number, lon: number): string => `${lat.toFixed(6)},${lon.toFixed(6)}`;

/** Returns the link that lets a map lead to a place; it carries the place in the map's own datum, and nobody's name. */
export function mapLink(app: MapApp, place: Point, label: string, isApple: boolean): string {
  const name = encodeURIComponent(label);
  switch (app) {
    case 'amap': {
      const { lat, lon } = gcj02(place);
      // dev=0: shifted already. t=3: as a rider goes, the ways that walkers have too.
      const to = `sourceApplication=silverbell&dlat=${lat.toFixed(6)}&dlon=${lon.toFixed(6)}&dname=${name}&dev=0&t=3`;
      return isApple ? `iosamap://path?${to}` : `amapuri://route/plan/?${to}`;
    }
    case 'baidu': {
      const { lat, lon } = bd09(place);
      return `baidumap://map/direction?destination=name:${name}|latlng:${pair(lat, lon)}&coord_type=bd09ll&mode=riding&src=silverbell.link`;
    }
    case 'phone': {
      const at = pair(place.lat, place.lon);
      // Apple's phones know no geo: links.
      return isApple ? `maps://?daddr=${at}` : `geo:${at}?q=${at}`;
    }
  }
}
