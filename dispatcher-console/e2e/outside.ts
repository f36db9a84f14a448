import type { OfferFile } from '../src/generated/OfferFile';
import type { Device, Service } from './service';

/** What a device is told when its alarm is durable. */
export interface Receipt {
  signal: string;
  ticket: string;
  joined: boolean;
}

/** Presses the SOS key of a device, and expects the alarm to be taken. */
export async function pressSos(service: Service, device: Device, id: string): Promise<Receipt> {
  const response = await sendSos(service, device, id);
  if (response.status !== 202) throw new Error(`SOS: ${response.status} ${await response.text()}`);
  return (await response.json()) as Receipt;
}

/** Sends an SOS, whatever it is answered with. */
export function sendSos({ url }: Service, device: Device, id: string): Promise<Response> {
  const at = new Date().toISOString();
  return fetch(`${url}/v1/sos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${device.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      device: device.device,
      id,
      kind: 'sos',
      at,
      battery_pct: 64,
      position: { lat: Number(device.lat), lon: Number(device.lon), accuracy_m: 20, source: 'gps', at },
    }),
  });
}

/** An aide's phone, speaking the API as the aide page does. */
export class AidePhone {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async logIn({ url, password }: Service, username: string): Promise<AidePhone> {
    const response = await fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (!response.ok || cookie === undefined) throw new Error(`log-in of ${username}: ${response.status}`);
    return new AidePhone(url, cookie);
  }

  /** Goes on duty a few steps from a door. */
  async standBy(door: Device): Promise<void> {
    const position = { lat: Number(door.lat) + 0.0005, lon: Number(door.lon), accuracy_m: 10, source: 'gps' };
    await this.#send('PUT', '/v1/me/duty', { on_duty: true, travel: 'ebike' });
    await this.#send('POST', '/v1/me/positions', { positions: [{ ...position, at: new Date().toISOString() }] });
  }

  async leave(): Promise<void> {
    await this.#send('PUT', '/v1/me/duty', { on_duty: false, travel: 'ebike' });
  }

  /** Waits for the offer of a ticket. */
  async offerOf(ticket: string, patience_ms = 15_000): Promise<OfferFile> {
    const until = Date.now() + patience_ms;
    for (;;) {
      const { items } = (await this.#send('GET', '/v1/me/offers')) as { items: OfferFile[] };
      const found = items.find((file) => file.offer.ticket === ticket);
      if (found !== undefined) return found;
      if (Date.now() > until) throw new Error(`no offer for ticket ${ticket}`);
      await new Promise((done) => setTimeout(done, 200));
    }
  }

  async accept(offer: string): Promise<void> {
    await this.#send('POST', `/v1/offers/${offer}/accept`, {});
  }

  async #send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { cookie: this.#cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
