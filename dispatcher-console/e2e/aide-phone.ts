import type { Browser, BrowserContext, Page } from 'playwright-core';

import type { TicketFile } from '../src/generated/TicketFile';
import type { Device, Service } from './service';

/** An aide's cheap phone: a small glass, a thumb, and a place. */
export interface Phone {
  context: BrowserContext;
  page: Page;
  /** Errors of scripts and of the content policy. */
  errors: string[];
}

/** Opens a phone that stands a few steps from a door. */
export async function openPhone(browser: Browser, door: Device): Promise<Phone> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    isMobile: true,
    permissions: ['geolocation'],
    geolocation: { latitude: Number(door.lat) + 0.001, longitude: Number(door.lon), accuracy: 12 },
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) errors.push(message.text());
  });
  return { context, page, errors };
}

/** Returns whether the page is wider than the glass with the text at this size. */
export async function overflowsAt(page: Page, percent: number): Promise<boolean> {
  return page.evaluate((size) => {
    const { style } = document.documentElement;
    // 112.5 % is the page's own base.
    style.fontSize = `${(112.5 * size) / 100}%`;
    const over = document.documentElement.scrollWidth > innerWidth;
    style.fontSize = '';
    return over;
  }, percent);
}

/** The centre at the other end: what an operator does about an aide's work. */
export class Centre {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async logIn({ url, people, password }: Service): Promise<Centre> {
    const username = people.find(({ role }) => role === 'operator')?.username;
    const response = await fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (!response.ok || cookie === undefined) throw new Error(`log-in of ${username}: ${response.status}`);
    return new Centre(url, cookie);
  }

  async fileOf(ticket: string): Promise<TicketFile> {
    return (await this.#send('GET', `/v1/tickets/${ticket}`)) as TicketFile;
  }

  /** Asks somebody by hand. Returns the offer. */
  async assign(ticket: string, responder: string): Promise<string> {
    await this.#send('POST', `/v1/tickets/${ticket}/assign`, { responder, as: 'support' });
    const { offers } = (await this.fileOf(ticket)).ticket;
    const offer = offers.find((it) => it.responder === responder);
    if (offer === undefined) throw new Error(`${responder} is not asked`);
    return offer.id;
  }

  /** Writes something down: whatever happens to a ticket makes the planner look at it again. */
  async note(ticket: string, text: string): Promise<void> {
    await this.#send('POST', `/v1/tickets/${ticket}/notes`, { text });
  }

  async withdraw(offer: string): Promise<void> {
    await this.#send('POST', `/v1/offers/${offer}/withdraw`, {});
  }

  /** Ends a story, so that the next one finds nothing open. */
  async close(ticket: string): Promise<void> {
    await this.#send('POST', `/v1/tickets/${ticket}/close`, { outcome: 'test', cause: 'other', note: 'e2e' });
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
