import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Headers that belong to one connection, or that HTTP/2 says otherwise. */
const OF_ONE_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'http2-settings', 'host', 'origin']);

/** The service behind TLS and HTTP/2, as phones reach it; counts what they send on the wire, but for the live feed. */
export async function startHttp2(target: string): Promise<{ url: string; sent: () => number; stop: () => void }> {
  const to = new URL(target);
  const front = createSecureServer({ ...certificate(), allowHTTP1: true });
  front.on('request', (asked, answer) => {
    const headers = Object.fromEntries(
      Object.entries(asked.headers).filter(([name]) => !name.startsWith(':') && !OF_ONE_HOP.has(name)),
    );
    const passed = request(
      { host: to.hostname, port: to.port, method: asked.method ?? 'GET', path: asked.url ?? '/', headers: { ...headers, host: to.host, origin: target } },
      (got) => {
        const back = Object.fromEntries(Object.entries(got.headers).filter(([name]) => !OF_ONE_HOP.has(name)));
        answer.writeHead(got.statusCode ?? 502, back);
        got.pipe(answer as unknown as NodeJS.WritableStream);
      },
    );
    passed.on('error', () => answer.end());
    asked.pipe(passed);
  });
  const feeds = new Set<number | undefined>();
  front.on('upgrade', (asked: import('node:http').IncomingMessage, phone: Socket) => {
    feeds.add(phone.remotePort);
    const feed = connect(Number(to.port), to.hostname, () => {
      const headers = Object.entries({ ...asked.headers, host: to.host, origin: target });
      feed.write(`GET ${asked.url} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${String(value)}`).join('\r\n')}\r\n\r\n`);
      feed.pipe(phone).pipe(feed);
    });
    for (const socket of [feed, phone]) socket.on('error', () => [feed, phone].forEach((end) => end.destroy()));
  });
  const inner = await listening(front);

  // What the front sees as the phone's port is that of the way behind the count.
  const counts = new Map<number | undefined, () => number>();
  const open = new Set<Socket>();
  const wire = createServer((phone) => {
    const way = connect(inner, '127.0.0.1', () => counts.set(way.localPort, () => phone.bytesRead));
    for (const socket of [phone, way]) open.add(socket.on('error', () => [phone, way].forEach((end) => end.destroy())));
    phone.pipe(way).pipe(phone);
  });
  const port = await listening(wire);
  return {
    url: `https://127.0.0.1:${port}`,
    sent: () => [...counts].filter(([from]) => !feeds.has(from)).reduce((sum, [, bytes]) => sum + bytes(), 0),
    stop: () => {
      for (const socket of open) socket.destroy();
      for (const server of [front, wire]) server.close();
    },
  };
}

function listening(server: Http2SecureServer | ReturnType<typeof createServer>): Promise<number> {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));
}

/** A certificate that nobody trusts, for a day. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'silverbell-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'];
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const read = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return read;
}
