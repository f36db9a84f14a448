import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Api } from '../../shared/api';
import { ServerClock } from '../../shared/clock';
import type { Socket } from '../../shared/live';
import { aFile, onDuty } from '../testing/files';
import { Feed } from './feed';
import { createOffers } from './offers';
import { createStore } from './store';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Starts a feed on a socket that the test speaks into. */
function started() {
  const sockets: Socket[] = [];
  vi.stubGlobal('location', { protocol: 'https:', host: 'silver.example' });
  vi.stubGlobal(
    'WebSocket',
    class implements Socket {
      onmessage: Socket['onmessage'] = null;
      onclose: Socket['onclose'] = null;
      constructor() {
        sockets.push(this);
      }
      close(): void {}
    },
  );
  const unused = (): Promise<never> => Promise.reject(new Error('unused'));
  const posted: string[] = [];
  const post = (path: string): Promise<never> => {
    posted.push(path);
    return unused(); // a network that is bad: the next probe is answered all the same
  };
  const api: Api & { posted: string[] } = { get: unused, put: unused, delete: unused, post, blob: unused, postBytes: unused, putBytes: unused, posted };
  const store = createStore(onDuty({ offers: [aFile()] }));
  const feed = new Feed(api, store, new ServerClock(), createOffers(api, store));
  feed.start();
  const socket = (): Socket => {
    const [only] = sockets;
    if (only === undefined) throw new Error('no socket was opened');
    return only;
  };
  return { socket, api, store, feed };
}

describe("an aide's feed", () => {
  it('ignores what only operators can act on: alarms that are not yet recorded', () => {
    const { socket, store, feed } = started();
    const alarm = { id: 'a1', kind: 'sos', protocol: 'http', device: 'd1', received_at: '2026-11-21T12:00:00.000Z', position: null };
    socket().onmessage?.({ data: JSON.stringify({ type: 'unrecorded', at: alarm.received_at, alarms: [alarm], total: 1 }) });
    const { live, ...after } = store.get();
    feed.stop();
    expect(live.state).toBe('live');
    expect(after).toMatchObject({ offers: [aFile()], notices: [] });
  });

  it('answers every probe, and changes nothing by it', async () => {
    const { socket, api, store, feed } = started();
    const before = store.get().offers;
    for (const id of ['p1', 'p2']) socket().onmessage?.({ data: JSON.stringify({ type: 'probe', id }) });
    await Promise.resolve();
    feed.stop();
    expect(api.posted).toEqual(['/v1/me/probes/p1', '/v1/me/probes/p2']);
    expect(store.get().offers).toEqual(before);
  });
});
