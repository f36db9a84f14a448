import { addProtocol } from 'maplibre-gl';
import { EtagMismatch, PMTiles, type RangeResponse, type Source } from 'pmtiles';

import type { MapTiles } from '../../generated/MapTiles';

const SCHEME = 'silverbell-map';

/** The server's archive, read in ranges. Every tile is one small request to our own host. */
export class ServerArchive implements Source {
  readonly #version: string;
  readonly #ask: typeof fetch;

  constructor(version: string, ask: typeof fetch = (input, init) => fetch(input, init)) {
    this.#version = version;
    this.#ask = ask;
  }

  getKey(): string {
    return this.#version;
  }

  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    const answer = await this.#ask('/v1/map.pmtiles', {
      headers: { Range: `bytes=${offset}-${offset + length - 1}` },
      // A browser's store takes ranges of one address one after another; the map keeps its own tiles.
      cache: 'no-store',
      credentials: 'same-origin',
      ...(signal === undefined ? {} : { signal }),
    });
    const etag = `"${this.#version}"`;
    // Another map by now: the page hears of it within a minute, and asks for that one.
    if (answer.headers.get('etag') !== null && answer.headers.get('etag') !== etag) throw new EtagMismatch();
    if (answer.status !== 206) throw new Error(`the map was answered with ${answer.status}`);
    return { data: await answer.arrayBuffer(), etag };
  }
}

let inUse: PMTiles | null = null;

/** Returns the address template of a map's tiles, and reads them from that version from now on. */
export function tilesOf({ version }: MapTiles): string {
  if (inUse?.source.getKey() !== version) inUse = new PMTiles(new ServerArchive(version));
  return `${SCHEME}://${version}/{z}/{x}/{y}`;
}

addProtocol(SCHEME, async ({ url }, { signal }) => {
  const found = /:\/\/([^/]+)\/(\d+)\/(\d+)\/(\d+)$/.exec(url);
  const archive = inUse;
  // Tiles of a map that was replaced meanwhile are nobody's any more.
  if (found === null || archive === null || archive.source.getKey() !== found[1]) return { data: new ArrayBuffer(0) };
  const tile = await archive.getZxy(Number(found[2]), Number(found[3]), Number(found[4]), signal);
  return { data: tile?.data ?? new ArrayBuffer(0) };
});
