import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What of the way is lost, as a share of its packets. */
const LOSS = 0.03;
/** Of the lost ones so many take the whole connection with them; the others come late, as TCP sends them again. */
const CUTS = 0.3;
/** A packet on a mobile network, bytes. */
const PACKET = 1_400;
/** How long TCP waits before it sends again, milliseconds: the first time, and when that was lost as well. */
const LATE_MS = [250, 750, 1_750] as const;
/** How long a connection that carries nothing any more still looks alive, milliseconds. */
const DEAD_MS = 3_000;

export interface LossyProxy {
  url: string;
  /** How many packets came late, and how many connections died. */
  lost: () => { late: number; cut: number };
  stop: () => Promise<void>;
}

/**
 * A way to the service that loses 3 % of the packets, in both directions: most come late, and every third
 * takes its connection with it, which first falls silent and is only then cut. The chance is the same in
 * every run.
 */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const lost = { late: 0, cut: 0 };
  const chance = chancesFrom(7);

  /** Passes on what comes, packet by packet and in order, until the way is dead. */
  function carry(from: Socket, to: Socket, way: { isDead: boolean }): void {
    let last = Promise.resolve();
    const pass = async (packet: Buffer): Promise<void> => {
      if (chance() < LOSS) {
        if (chance() < CUTS) {
          lost.cut += 1;
          way.isDead = true;
          setTimeout(() => [from, to].forEach((socket) => socket.destroy()), DEAD_MS);
        } else {
          lost.late += 1;
          await new Promise((done) => setTimeout(done, LATE_MS[Math.floor(chance() * LATE_MS.length)]));
        }
      }
      if (!way.isDead && !to.destroyed) to.write(packet);
    };
    from.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += PACKET) {
        const packet = bytes.subarray(at, at + PACKET);
        last = last.then(() => pass(packet));
      }
    });
    from.on('end', () => void last.then(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => open.delete(from));
  }

  const server = createServer((phone) => {
    const service = connect(Number(port), hostname);
    const way = { isDead: false };
    for (const socket of [phone, service]) open.add(socket.setNoDelay(true));
    carry(phone, service, way);
    carry(service, phone, way);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => ({ ...lost }),
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Chances between 0 and 1, the same in every run (a linear congruential generator). */
function chancesFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
