import { pressSos } from '../e2e/outside';
import type { Device, Service } from '../e2e/service';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Passwords are slow on purpose: more at once would only queue. */
const LOG_INS_AT_ONCE = 4;
const STEP_DEG = 0.0001;

/** A device with a key of each senior. */
export function devicesOf(service: Service): Device[] {
  const bySenior = new Map(
    service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').map((device) => [device.senior_id, device]),
  );
  return [...bySenior.values()];
}

export async function logInOf({ url, password }: Service, username: string): Promise<string> {
  const body = JSON.stringify({ username, password });
  const response = await fetch(`${url}/v1/session`, { method: 'POST', headers: JSON_TYPE, body });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (!response.ok || cookie === undefined) throw new Error(`log-in of ${username}: ${response.status}`);
  return cookie;
}

export async function send({ url }: Service, cookie: string, method: string, path: string, body: object): Promise<void> {
  const response = await fetch(url + path, { method, headers: { ...JSON_TYPE, cookie }, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
}

/** Opens tickets and lets a colleague answer them, so that they are open and silent. */
export async function openTickets(service: Service, devices: readonly Device[], cookie: string): Promise<void> {
  for (const [index, device] of devices.entries()) {
    const { ticket } = await pressSos(service, device, `perf-open-${index}`);
    await send(service, cookie, 'POST', `/v1/tickets/${ticket}/answer`, {});
  }
}

/** Everybody who could go, each moving once a second; returns the way to stop, which tells of failures. */
export async function moveResponders(service: Service): Promise<{ number: number; stop: () => number }> {
  const people = service.people.filter(({ responder_id }) => responder_id !== '');
  const doors = devicesOf(service);
  const movers: { cookie: string; lat: number; lon: number }[] = [];
  for (let from = 0; from < people.length; from += LOG_INS_AT_ONCE) {
    await Promise.all(
      people.slice(from, from + LOG_INS_AT_ONCE).map(async ({ username }, index) => {
        const cookie = await logInOf(service, username);
        const door = doors[(from + index) * 17];
        await send(service, cookie, 'PUT', '/v1/me/duty', { on_duty: true, travel: 'ebike' });
        movers.push({ cookie, lat: Number(door?.lat), lon: Number(door?.lon) });
      }),
    );
  }
  let failures = 0;
  let round = 0;
  const move = (index: number): void => {
    const mover = movers[index];
    if (mover === undefined) return;
    mover.lat += (round % 20 < 10 ? 1 : -1) * STEP_DEG;
    const at = new Date().toISOString();
    const positions = [{ lat: mover.lat, lon: mover.lon, accuracy_m: 10, source: 'gps', at }];
    send(service, mover.cookie, 'POST', '/v1/me/positions', { positions }).catch(() => (failures += 1));
  };
  // Spread over the second, as people are.
  let next = 0;
  const timer = setInterval(() => {
    move(next);
    next = (next + 1) % movers.length;
    if (next === 0) round += 1;
  }, 1000 / movers.length);
  return {
    number: movers.length,
    stop: () => {
      clearInterval(timer);
      return failures;
    },
  };
}
