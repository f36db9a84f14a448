import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Lang } from '../src/shared/lang';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { AidePhone, pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

const WORDS = {
  zh: { logIn: '登录', answer: '受理', handling: '处置中', offered: '待接单', accepted: '已接单', close: '结单', helped: '已上门救助' },
  en: { logIn: 'Log in', answer: 'Answer', handling: 'Handling', offered: 'Offered', accepted: 'Accepted', close: 'Close', helped: 'helped at the door' },
} satisfies Record<Lang, Record<string, string>>;

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** A device with a key, a different one for each story. */
function deviceOf(story: number): Device {
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '')[story];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

async function logIn(page: Page, lang: Lang): Promise<void> {
  await page.goto(`${service.url}/?lang=${lang}`);
  await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 0));
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.getByRole('button', { name: WORDS[lang].logIn }).click();
  await page.locator('.connection.live').waitFor();
}

describe.each(['zh', 'en'] as const)('an SOS from key to close, in %s', (lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words = WORDS[lang];
  let watched: WatchedPage;

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
  });

  afterAll(async () => {
    await watched.page.context().close();
  });

  it('logs in, and stays logged in after a reload', async () => {
    const { page } = watched;
    await page.goto(`${service.url}/?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await logIn(page, lang);
    expect(await page.getAttribute('html', 'lang')).toBe(lang === 'zh' ? 'zh-CN' : 'en');
    await page.reload();
    await page.locator('.connection.live').waitFor();
  });

  it('shows, answers, follows and closes an SOS', async () => {
    const { page } = watched;
    const door = deviceOf(story);
    const phone = await AidePhone.logIn(service, usernameOf(service, 'aide', 0));
    await phone.standBy(door);

    const { ticket } = await pressSos(service, door, `e2e-${lang}`);
    const row = page.locator(`[data-ticket="${ticket}"]`);
    await row.waitFor();

    // The file pops up by itself, named after the senior.
    const name = (await row.locator('.name').textContent()) ?? '';
    expect(name).not.toBe('');
    const file = page.getByRole('region', { name });
    await file.waitFor();
    const { offer } = await phone.offerOf(ticket);
    await page.locator(`[data-offer="${offer.id}"]`, { hasText: words.offered }).waitFor();
    await page.locator('.maplibregl-canvas').waitFor(); // it brings its own landmark
    expect(await axeFaults(page)).toEqual([]);

    await file.getByRole('button', { name: words.answer, exact: true }).click();
    await row.getByText(words.handling).waitFor();

    await phone.accept(offer.id);
    await row.getByText(words.accepted).waitFor();
    await page.locator(`[data-offer="${offer.id}"]`, { hasText: words.accepted }).waitFor();

    await file.getByRole('button', { name: words.close, exact: true }).click();
    expect(await axeFaults(page)).toEqual([]);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(words.helped).click();
    await dialog.getByRole('button', { name: words.close, exact: true }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});
