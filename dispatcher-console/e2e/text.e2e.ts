import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en, zh } from '../src/console/i18n/languages';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

/** 生僻字: beyond the basic plane, or in few fonts. */
const RARE = '𠮷𡌛䶮㛃𪚥';
const MARKUP = '<img src=x onerror=document.title=1>';
/** Turns what follows, if it is let. */
const TURNED = 'abc\u202eדלת\u2067 123';
const INVISIBLE = '林\u200b\u200d\ufeff秋\u2060红';
const FAMILY = '👩‍👩‍👧‍👦🏳️‍🌈';
const LONG = '𠮷'.repeat(4_990) + '完';

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** A device with a key, of another senior for each story. */
function deviceOf(story: number): Device {
  const ofSenior = new Map(
    service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').map((device) => [device.senior_id, device]),
  );
  const device = [...ofSenior.values()][story];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

async function send(page: Page, method: 'POST' | 'PUT', path: string, data: object): Promise<void> {
  const response = await page.request.fetch(service.url + path, { method, data });
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
}

describe.each(['zh', 'en'] as const)('what people write, in %s', (lang) => {
  const words = lang === 'zh' ? zh : (en as typeof zh);
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    ({ page } = watched);
    await page.goto(`${service.url}/?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 0));
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await page.locator('form button[type="submit"]').click();
    await page.locator('.connection.live').waitFor();
    const door = deviceOf(lang === 'zh' ? 0 : 1);
    await send(page, 'PUT', `/v1/seniors/${door.senior_id}/plan`, {
      advice: `${RARE}\n${MARKUP}`,
      contacts: [
        { name: RARE, relation: MARKUP, phone: '13900000001' },
        { name: TURNED, relation: '女儿', phone: '13900000002' },
        { name: INVISIBLE, relation: FAMILY, phone: '13900000003' },
        { name: '𠮷'.repeat(64), relation: '孙', phone: '13900000004' },
      ],
    });
    const { ticket } = await pressSos(service, door, `text-${lang}`);
    for (const text of [`${RARE} ${FAMILY}`, MARKUP, TURNED, '一\n二\n三', LONG])
      await send(page, 'POST', `/v1/tickets/${ticket}/notes`, { text });
    await send(page, 'POST', `/v1/tickets/${ticket}/place`, { lat: Number(door.lat), lon: Number(door.lon), text: `${RARE}${MARKUP}`, reason: TURNED });
    await page.locator(`[data-ticket="${ticket}"]`).click();
    await page.locator('.timeline').getByText(RARE).first().waitFor();
  });

  afterAll(async () => {
    await page?.context().close();
  });

  it('is shown as it was written, and nothing of it is run', async () => {
    const contacts = page.locator('.contacts li');
    expect(await contacts.nth(0).locator('strong').textContent()).toBe(RARE);
    expect(await contacts.nth(0).textContent()).toContain(MARKUP);
    expect(await contacts.nth(2).textContent()).toContain(INVISIBLE);
    expect(await page.locator('.plan').textContent()).toContain(MARKUP);
    expect(await page.locator('.timeline').getByText(MARKUP, { exact: true }).count()).toBeGreaterThan(0);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.title()).toBe(words.app.title);
  });

  it('has no broken signs', async () => {
    // With `u` a pair is one sign: what is left is half a sign.
    expect(await page.evaluate(() => /\p{Surrogate}/u.test(document.body.innerText))).toBe(false);
    expect(await page.locator('.timeline').innerText()).not.toContain('\ufffd');
  });

  it('turns nothing after it: the number stays right of the name', async () => {
    const row = page.locator('.contacts li').nth(1);
    const [name, phone] = [await row.locator('strong').boundingBox(), await row.locator('.phone').boundingBox()];
    expect(phone?.x ?? 0).toBeGreaterThan(name?.x ?? Infinity);
    // As the eye reads it: the digits from left to right.
    const drawn = await row.locator('.phone').evaluate((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const places: [string, number][] = [];
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
        for (let index = 0; index < (node.nodeValue ?? '').length; index += 1) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          places.push([(node.nodeValue ?? '')[index] ?? '', range.getBoundingClientRect().left]);
        }
      return places.sort((one, other) => one[1] - other[1]).map(([sign]) => sign).join('');
    });
    expect(drawn.replace(/\D/g, '')).toBe('13900000002');
  });

  it('keeps the lines of a note', async () => {
    const note = page.locator('.timeline .said-text', { hasText: '一' }).last();
    const line = await note.evaluate((element) => element.getClientRects().length);
    expect(line).toBeGreaterThanOrEqual(3);
  });

  it('is folded when it is long, and whole when asked for', async () => {
    const note = page.locator('.timeline .said-text', { hasText: '完' });
    const height = (): Promise<number> => note.evaluate((element) => element.getBoundingClientRect().height);
    const folded = await height();
    const more = page.locator('.timeline').getByRole('button', { name: words.act.more });
    await more.click();
    expect(await height()).toBeGreaterThan(3 * folded);
    expect(await note.textContent()).toBe(LONG);
    await page.locator('.timeline').getByRole('button', { name: words.act.less }).click();
    expect(await height()).toBe(folded);
  });

  it('makes nothing wider than its place, be the letters twice as large', async () => {
    for (const size of ['100%', '200%']) {
      await page.evaluate((it) => (document.documentElement.style.fontSize = it), size);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), size).toBe(true);
      const wide = await page.locator('.file-body, .file-head, .queue').evaluateAll((parts) =>
        parts.filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.className),
      );
      expect(wide, size).toEqual([]);
    }
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
    expect(await axeFaults(page)).toEqual([]);
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});
