import { describe, expect, it, vi } from 'vitest';

// Only the protocol is registered there, and that needs a browser.
vi.mock('maplibre-gl', () => ({ addProtocol: () => undefined }));

const { ServerArchive } = await import('./tile-source');

function answering(status: number, etag: string): { asked: RequestInit[]; ask: typeof fetch } {
  const asked: RequestInit[] = [];
  const ask = (_: unknown, init?: RequestInit): Promise<Response> => {
    asked.push(init ?? {});
    return Promise.resolve(new Response(new Uint8Array([1, 2, 3]), { status, headers: { etag } }));
  };
  return { asked, ask: ask as typeof fetch };
}

describe('the archive of the map', () => {
  it('asks its own host for the range and for nothing else', async () => {
    const { asked, ask } = answering(206, '"v1"');
    const { data, etag } = await new ServerArchive('v1', ask).getBytes(100, 50);
    expect(new Uint8Array(data)).toEqual(new Uint8Array([1, 2, 3]));
    expect(etag).toBe('"v1"');
    expect(asked[0]?.headers).toEqual({ Range: 'bytes=100-149' });
  });

  it('takes no bytes of another map', async () => {
    const { ask } = answering(206, '"v2"');
    await expect(new ServerArchive('v1', ask).getBytes(0, 10)).rejects.toThrow();
  });

  it('takes no refusal for a tile', async () => {
    for (const status of [200, 401, 404, 416, 503]) {
      const { ask } = answering(status, '"v1"');
      await expect(new ServerArchive('v1', ask).getBytes(0, 10)).rejects.toThrow(String(status));
    }
  });
});
