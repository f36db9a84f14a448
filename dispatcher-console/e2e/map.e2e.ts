import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Lang } from '../src/shared/lang';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { pressSos } from './outside';
import { type Service, startService, usernameOf } from './service';

const PATIENCE = { timeout: 120_000 };

const WORDS = {
  zh: { logIn: '登录', lite: '精简地图', invented: '演示街道', pin: '校正位置', set: '定在这里', pinned: '手工标定', none: '不能显示地图' },
  en: { logIn: 'Log in', lite: 'Lite map', invented: 'Invented streets', pin: 'Correct the place', set: 'Set it here', pinned: 'pin', none: 'cannot show the map' },
} satisfies Record<Lang, Record<string, string>>;

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

async function logIn(page: Page, lang: Lang): Promise<void> {
  await page.goto(`${service.url}/?lang=${lang}`);
  await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 0));
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.getByRole('button', { name: WORDS[lang].logIn }).click();
  await page.locator('.connection.live').waitFor(PATIENCE);
}

/** Presses an SOS and opens its file. */
async function openSos(page: Page, index: number): Promise<string> {
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '')[index];
  if (device === undefined) throw new Error('the demo has no such device');
  const { ticket } = await pressSos(service, device, `map-${index}`);
  // Another file may be open, which nothing takes away by itself.
  await page.locator(`[data-ticket="${ticket}"]`).click(PATIENCE);
  await page.locator(`[data-ticket="${ticket}"][aria-current="true"]`).waitFor(PATIENCE);
  return ticket;
}

interface Place {
  lat: number;
  lon: number;
  source: string;
}

/** Where the service believes the senior to be. */
async function placeOf(page: Page, ticket: string): Promise<Place> {
  return page.evaluate(async (id) => {
    const answer = await fetch(`/v1/tickets/${id}`);
    const { ticket } = (await answer.json()) as { ticket: { position: { lat: number; lon: number; source: string } } };
    return ticket.position;
  }, ticket);
}

describe.each(['zh', 'en'] as const)('the map, in %s', (lang) => {
  const words = WORDS[lang];
  let watched: WatchedPage;
  let ranges: string[];

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    ranges = [];
    watched.page.on('request', (request) => {
      if (request.url().endsWith('/v1/map.pmtiles')) ranges.push(request.headers()['range'] ?? '');
    });
    await logIn(watched.page, lang);
  }, 180_000);

  afterAll(async () => {
    await watched.page.context().close();
  });

  it('draws the streets out of our own tiles, asked for in ranges', async () => {
    const { page } = watched;
    await page.locator('.map[data-map="ready"]').waitFor(PATIENCE);
    // The head of the archive, and tiles after it.
    expect(ranges.length).toBeGreaterThan(2);
    expect(ranges.every((range) => /^bytes=\d+-\d+$/.test(range))).toBe(true);
    // A picture of one colour would be an empty map.
    const colours = await coloursOf(page);
    expect(colours).toBeGreaterThan(20);
  });

  it('says whose work it is, or that its streets are invented', async () => {
    await watched.page.locator('.map-attribution', { hasText: words.invented }).waitFor(PATIENCE);
  });

  it('is lite where the processor draws, and full when somebody wants it', async () => {
    const { page } = watched;
    const map = page.locator('.map');
    expect(await map.getAttribute('data-lite')).toBe('true');
    const width = (): Promise<number> => page.locator('.maplibregl-canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).width);
    const before = await width();
    const lite = page.getByRole('button', { name: words.lite });
    expect(await lite.getAttribute('aria-pressed')).toBe('true');
    await lite.click();
    await page.locator('.map[data-lite="false"]').waitFor(PATIENCE);
    await expect.poll(width, PATIENCE).toBeGreaterThan(before);
    await lite.click();
    await page.locator('.map[data-lite="true"]').waitFor(PATIENCE);
    await expect.poll(width, PATIENCE).toBe(before);
  });

  it('corrects a place by keys alone', async () => {
    const { page } = watched;
    const ticket = await openSos(page, lang === 'zh' ? 0 : 2);
    await page.locator('.mark-senior').first().waitFor(PATIENCE);
    await page.getByRole('button', { name: words.pin }).click();
    const said = page.locator('.pin-at');
    const [lat, lon] = figures((await said.textContent()) ?? '');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => figures((await said.textContent()) ?? ''), PATIENCE).not.toEqual([lat, lon]);
    const [north, east] = figures((await said.textContent()) ?? '');
    expect((north - lat) * 111_320).toBeCloseTo(10, 0);
    expect(east).toBeGreaterThan(lon);
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.locator('.pin-bar').waitFor({ state: 'detached', ...PATIENCE });
    const place = await placeOf(page, ticket);
    expect(place.source).toBe('pin');
    expect([place.lat, place.lon].map((degrees) => degrees.toFixed(5))).toEqual([north.toFixed(5), east.toFixed(5)]);
  });

  it('leaves a place alone at Escape, and corrects it by mouse', async () => {
    const { page } = watched;
    const ticket = await openSos(page, lang === 'zh' ? 1 : 3);
    const before = await placeOf(page, ticket);
    await page.getByRole('button', { name: words.pin }).click();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    await page.locator('.pin-bar').waitFor({ state: 'detached', ...PATIENCE });
    expect(await placeOf(page, ticket)).toEqual(before);

    await page.getByRole('button', { name: words.pin }).click();
    const box = await page.locator('.maplibregl-canvas').boundingBox();
    if (box === null) throw new Error('there is no map');
    const said = page.locator('.pin-at');
    const at = await said.textContent();
    await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.8);
    await expect.poll(() => said.textContent(), PATIENCE).not.toBe(at);
    const [lat, lon] = figures((await said.textContent()) ?? '');
    await page.getByRole('button', { name: words.set }).click();
    await page.locator('.pin-bar').waitFor({ state: 'detached', ...PATIENCE });
    const place = await placeOf(page, ticket);
    expect([place.lat, place.lon].map((degrees) => degrees.toFixed(5))).toEqual([lat.toFixed(5), lon.toFixed(5)]);
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});

describe('a PC without WebGL', () => {
  it.each(['zh', 'en'] as const)('is told in words who is how far away, in %s', async (lang) => {
    const { page, foreign, errors } = await openPage(browser, service.url);
    await page.addInitScript(() => {
      const real = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) => unknown;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
        return kind.startsWith('webgl') ? null : real.call(this, kind, ...rest);
      } as typeof HTMLCanvasElement.prototype.getContext;
    });
    await logIn(page, lang);
    await page.getByText(WORDS[lang].none).waitFor(PATIENCE);
    expect(await page.locator('.maplibregl-canvas').count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

function figures(text: string): [number, number] {
  const found = /(-?\d+\.\d+), (-?\d+\.\d+)/.exec(text);
  if (found === null) throw new Error(`no place in "${text}"`);
  return [Number(found[1]), Number(found[2])];
}

/** How many colours a picture of the map has. */
async function coloursOf(page: Page): Promise<number> {
  const picture = (await page.locator('.map').screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const pen = canvas.getContext('2d');
    if (pen === null) return 0;
    pen.drawImage(image, 0, 0);
    const { data: pixels } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set<number>();
    for (let at = 0; at < pixels.length; at += 4) seen.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
    return seen.size;
  }, picture);
}
