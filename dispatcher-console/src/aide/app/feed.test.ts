import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Api } from '../../shared/api';
import { ServerClock } from '../../shared/clock';
import type { Socket } from '../../shared/live';
import { aFile, onDuty } from '../testing/files';
import { Feed } from './feed';
import { createSteps } from './steps';
import { createStore } from './store';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("an aide's feed", () => {
  it('ignores what only operators can act on: alarms that are not yet recorded', () => {
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
    const api: Api = { get: unused, put: unused, delete: unused, post: unused };
    const store = createStore(onDuty({ offers: [aFile()] }));
    const feed = new Feed(api, store, new ServerClock(), createSteps(api, store));
    feed.start();
    const alarm = { id: 'a1', kind: 'sos', protocol: 'http', device: 'd1', received_at: '2026-11-21T12:00:00.000Z', position: null };
    sockets[0]?.onmessage?.({ data: JSON.stringify({ type: 'unrecorded', at: alarm.received_at, alarms: [alarm], total: 1 }) });
    const { live, ...after } = store.get();
    feed.stop();
    expect(live.state).toBe('live');
    expect(after).toMatchObject({ offers: [aFile()], notices: [] });
  });
});
