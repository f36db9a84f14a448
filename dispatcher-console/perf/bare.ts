import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const PAGE = `<!doctype html><title>bare</title><ul></ul><script>
const list = document.querySelector('ul');
window.seen = {};
new WebSocket('ws://' + location.host + '/live').onmessage = ({ data }) => {
  const row = document.createElement('li');
  row.innerHTML = '<button>' + data + '</button>';
  list.prepend(row);
  requestAnimationFrame(() => setTimeout(() => { window.seen[data] = Date.now(); }));
};
</script>`;

/** The least a page can do, to see what the machine allows: a socket, and a row for each message. */
export async function startBare(): Promise<{ url: string; say: (text: string) => void; stop: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  server.on('upgrade', (request, socket: Socket) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    // Short texts only: a frame with its length in one byte.
    say: (text) => sockets.forEach((socket) => socket.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]))),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
