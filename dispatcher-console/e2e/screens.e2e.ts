import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en, zh } from '../src/console/i18n/languages';
import { openPage, startBrowser, type WatchedPage } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** A device with a key, each of another senior: signals of one senior would join one ticket. */
function deviceOf(index: number): Device {
  const ofSenior = new Map(
    service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').map((device) => [device.senior_id, device]),
  );
  const device = [...ofSenior.values()][index];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

async function logIn(page: Page): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 0));
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.locator('form button[type="submit"]').click();
  await page.locator('.connection.live').waitFor();
}

const soundOf = (page: Page): Promise<string | null> => page.locator('.sound').textContent();

describe.each(['zh', 'en'] as const)('the screens of one person, in %s', (lang) => {
  const words = lang === 'zh' ? zh : (en as typeof zh);
  const story = lang === 'zh' ? 0 : 10;
  let watched: WatchedPage;
  let desk: Page;
  let map: Page;

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    desk = watched.page;
    await desk.goto(`${service.url}/?lang=${lang}`);
    await logIn(desk);
  });

  afterAll(async () => {
    await desk?.context().close();
  });

  it('fit 1366×768 with a file open, without a scroll to the side', async () => {
    const { ticket } = await pressSos(service, deviceOf(story), `screens-${lang}`);
    await desk.locator(`.queue [data-ticket="${ticket}"]`).click();
    await desk.locator('.milestones').waitFor();
    const wide = await desk.evaluate(() => {
      const header = document.querySelector('.header');
      return [document.documentElement.scrollWidth > innerWidth, (header?.scrollWidth ?? 0) > (header?.clientWidth ?? 0)];
    });
    expect(wide).toEqual([false, false]);
    // One line: nothing of the bar has fallen below it.
    expect(await desk.locator('.header').evaluate((bar) => bar.getBoundingClientRect().height)).toBeLessThan(60);
  });

  it('put the map onto the second one, which follows the desk', async () => {
    await desk.locator('.who').click();
    [map] = await Promise.all([
      desk.context().waitForEvent('page'),
      desk.getByRole('menuitem', { name: words.screen.mapAway, exact: true }).click(),
    ]);
    await map.locator('.maplibregl-canvas').waitFor();
    await desk.locator('.map-panel').waitFor({ state: 'detached' });
    const { ticket } = await pressSos(service, deviceOf(story + 1), `screens-follow-${lang}`);
    await desk.locator(`.queue [data-ticket="${ticket}"]`).click();
    await map.locator(`[data-following="${ticket}"]`).waitFor();
    expect(await map.locator('.maplibregl-marker.mark-senior').count()).toBe(1);
    // What a window shows is nobody's name in an address.
    expect(map.url()).not.toContain(ticket);
  });

  it('sound once: the desk, and the map when the desk is gone', async () => {
    await desk.mouse.click(5, 5);
    await map.mouse.click(5, 5);
    await expect.poll(() => soundOf(map), { timeout: 15_000 }).toContain(words.sound.elsewhere);
    expect(await soundOf(desk)).toContain(words.sound.on);
    const other = await desk.context().newPage();
    await other.goto(`${service.url}/?lang=${lang}`);
    await other.locator('.connection.live').waitFor();
    await other.mouse.click(5, 5);
    await expect.poll(() => soundOf(other), { timeout: 15_000 }).toContain(words.sound.elsewhere);
    await other.close();
    await desk.goto('about:blank');
    await expect.poll(() => soundOf(map), { timeout: 20_000 }).toContain(words.sound.on);
    await desk.goto(`${service.url}/?lang=${lang}&screen=desk`);
    await desk.locator('.connection.live').waitFor();
  });

  it('take the map back', async () => {
    await desk.locator('.who').click();
    await desk.getByRole('menuitem', { name: words.screen.mapBack, exact: true }).click();
    await desk.locator('.map-panel').waitFor();
    expect(new URL(desk.url()).searchParams.has('screen')).toBe(false);
  });

  it('leave together', async () => {
    await desk.locator('.who').click();
    await desk.getByRole('menuitem', { name: words.header.logout, exact: true }).click();
    await desk.locator('input[autocomplete="username"]').waitFor();
    await map.locator('input[autocomplete="username"]').waitFor();
    await logIn(desk);
    await map.locator('.connection.live').waitFor();
  });

  it('asked no other host and broke no rule of their page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});

describe('the theme', () => {
  it('is there with the first drawing, stays after a reload, and reaches the other windows', async () => {
    const { page } = await openPage(browser, service.url);
    await page.goto(`${service.url}/?lang=zh`);
    await logIn(page);
    const other = await page.context().newPage();
    await other.goto(`${service.url}/?lang=zh`);
    const night = page.getByRole('button', { name: zh.theme.night, exact: true });
    expect(await night.getAttribute('aria-pressed')).toBe('false');
    await night.click();
    expect(await night.getAttribute('aria-pressed')).toBe('true');
    await other.locator('html[data-theme="night"]').waitFor();
    await page.reload();
    await page.locator('html[data-theme="night"]').waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(12, 17, 16)');
    await page.context().close();
  });

  it('follows the PC until somebody chooses', async () => {
    const { page } = await openPage(browser, service.url);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${service.url}/?lang=zh`);
    await page.locator('html[data-theme="night"]').waitFor();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html[data-theme="light"]').waitFor();
    await page.context().close();
  });
});

describe('letters twice as large, at 1366×768', () => {
  it.each(['zh', 'en'] as const)('cut nothing and cover nothing, in %s', async (lang) => {
    const { page } = await openPage(browser, service.url);
    await page.goto(`${service.url}/?lang=${lang}`);
    await logIn(page);
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    const { ticket } = await pressSos(service, deviceOf(lang === 'zh' ? 20 : 21), `screens-large-${lang}`);
    await page.locator(`.queue [data-ticket="${ticket}"]`).click();
    await page.locator('.milestones').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    // Words that do not fit into their button or line, or that hang out of the page.
    const cut = await page.locator('button, h1, h2, h3, dd, dt, time, .badge, .milestones li, .header p').evaluateAll((parts) =>
      parts
        .filter((part) => part.closest('.maplibregl-map, .for-ears') === null && part.getClientRects().length > 0)
        // What is for ears alone is a pixel wide.
        .filter((part) => part.clientWidth > 1)
        .filter((part) => {
          const box = part.getBoundingClientRect();
          return part.scrollWidth > part.clientWidth + 2 && getComputedStyle(part).display !== 'inline' ? true : box.right > innerWidth + 1;
        })
        .map((part) => `${part.className}: ${part.textContent}`),
    );
    expect(cut).toEqual([]);
    await page.context().close();
  });
});
