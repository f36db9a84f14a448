// How long a tile of the map takes through HTTP, with the reader that the page has:
//   node scripts/measure-map.mjs http://127.0.0.1:8080 operator1 PASSWORD [TILES]
import { FetchSource, PMTiles } from 'pmtiles';

const [origin, username, password, wanted = '500'] = process.argv.slice(2);
if (password === undefined) {
  console.error('usage: node scripts/measure-map.mjs ORIGIN USERNAME PASSWORD [TILES]');
  process.exit(1);
}
const session = await fetch(`${origin}/v1/session`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username, password }),
});
const cookie = session.headers.get('set-cookie')?.split(';')[0];
if (!session.ok || cookie === undefined) throw new Error(`the log-in was answered with ${session.status}`);
const { tiles } = await (await fetch(`${origin}/v1/map`, { headers: { cookie } })).json();
if (tiles === null) throw new Error('there is no map');
const archive = new PMTiles(new FetchSource(`${origin}/v1/map.pmtiles`, new Headers({ cookie })));

const [south, west, north, east] = tiles.bounds;
const column = (lon, zoom) => Math.floor(((lon + 180) / 360) * 2 ** zoom);
const row = (lat, zoom) =>
  Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * 2 ** zoom);
// The same places each time: a generator with a seed instead of chance.
let seed = 1;
const share = () => {
  seed = (seed * 16807) % 2147483647;
  return seed / 2147483647;
};
const times_ms = [];
let bytes = 0;
let found = 0;
for (let at = 0; at < Number(wanted); at += 1) {
  const zoom = Math.min(tiles.max_zoom, 12 + (at % 4));
  const [lat, lon] = [south + share() * (north - south), west + share() * (east - west)];
  const begun = performance.now();
  const tile = await archive.getZxy(zoom, column(lon, zoom), row(lat, zoom));
  times_ms.push(performance.now() - begun);
  if (tile !== undefined) {
    found += 1;
    bytes += tile.data.byteLength;
  }
}
times_ms.sort((a, b) => a - b);
const at = (part) => times_ms[Math.min(times_ms.length - 1, Math.floor(times_ms.length * part))].toFixed(2);
console.log(
  `${wanted} tiles of zoom 12 to 15, ${found} with something in them, ${(bytes / Math.max(1, found) / 1024).toFixed(1)} KiB each: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
);
