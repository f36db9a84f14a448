import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { zh as zhAide } from '../src/aide/words/zh';
import { en, zh } from '../src/console/i18n/languages';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { pressSos, sendSos } from './outside';
import { type Postgres, startPostgres } from './postgres';
import { type Device, type Service, startService, usernameOf } from './service';

const WORDS = { zh, en };
const LANGS = ['zh', 'en'] as const;

/** "Within seconds". */
const SOON_MS = 10_000;
/** The service looks for its database again in its own time. */
const BACK_MS = 40_000;

let postgres: Postgres;
let service: Service;
let browser: Browser;

beforeAll(async () => {
  [postgres, browser] = await Promise.all([startPostgres(), startBrowser()]);
  service = await startService({ DATABASE_URL: postgres.url });
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await postgres?.remove();
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

async function logIn(page: Page, username: string, submit: string): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.getByRole('button', { name: submit, exact: true }).click();
}

function ticketsOn(page: Page): Promise<(string | null)[]> {
  return page.locator('[data-ticket]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-ticket')));
}

describe('an SOS that comes while the database is away', () => {
  const consoles = new Map<(typeof LANGS)[number], WatchedPage>();
  /** All that the live feed said to an aide. */
  const toldTheAide: string[] = [];
  /** A ticket from before, to see what a click comes to. */
  let earlier: string;

  const pageOf = (lang: (typeof LANGS)[number]): Page => {
    const watched = consoles.get(lang);
    if (watched === undefined) throw new Error(`no console in ${lang}`);
    return watched.page;
  };

  beforeAll(async () => {
    for (const [index, lang] of LANGS.entries()) {
      const watched = await openPage(browser, service.url);
      consoles.set(lang, watched);
      await watched.page.goto(`${service.url}/?lang=${lang}`);
      await logIn(watched.page, usernameOf(service, 'operator', index), WORDS[lang].login.submit);
      await watched.page.locator('.connection.live').waitFor();
    }
    const { page: aide } = await openPage(browser, service.url);
    aide.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => toldTheAide.push(String(payload))));
    await aide.goto(`${service.url}/aide?lang=zh`);
    const [feed] = await Promise.all([
      aide.waitForEvent('websocket'),
      logIn(aide, usernameOf(service, 'aide', 0), zhAide['login.submit']),
    ]);
    if (toldTheAide.length === 0) await feed.waitForEvent('framereceived');

    earlier = (await pressSos(service, deviceOf(0), 'outage-earlier')).ticket;
    for (const lang of LANGS) await pageOf(lang).locator(`[data-ticket="${earlier}"]`).waitFor();
    await postgres.stop();
  });

  it('is not taken, and the device is told to send it again', async () => {
    const response = await sendSos(service, deviceOf(1), 'outage');
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each(LANGS)('stands on every open console as a row of its own, in %s', async (lang) => {
    const page = pageOf(lang);
    const words = WORDS[lang];
    const row = page.locator('[data-unrecorded]', { hasText: deviceOf(1).device });
    await row.waitFor({ timeout: SOON_MS });
    await row.getByText(words.unrecorded.heading).waitFor();
    await row.getByText(words.kind.sos, { exact: true }).waitFor();
    await row.getByText('WGS-84').waitFor();
    await page.getByText(words.unrecorded.now).waitFor();
    expect(await page.locator('[aria-live="assertive"]').textContent()).toContain(deviceOf(1).device);
    // It is no ticket: nothing in it can be chosen.
    expect(await row.locator('button, a, [tabindex]').count()).toBe(0);
    expect(await ticketsOn(page)).toEqual([earlier]);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('stands there once, although the device sends it again', async () => {
    expect((await sendSos(service, deviceOf(1), 'outage')).status).toBe(503);
    // Another one, so that there is something to wait for.
    expect((await sendSos(service, deviceOf(2), 'outage-another')).status).toBe(503);
    for (const lang of LANGS) {
      const page = pageOf(lang);
      await page.locator('[data-unrecorded]', { hasText: deviceOf(2).device }).waitFor({ timeout: SOON_MS });
      expect(await page.locator('[data-unrecorded]').count()).toBe(2);
    }
  });

  it('is nothing that an aide is told', () => {
    expect(toldTheAide.filter((text) => text.includes('"unrecorded"'))).toEqual([]);
  });

  it.each(LANGS)('a click says plainly that the database is away, in %s', async (lang) => {
    const page = pageOf(lang);
    const words = WORDS[lang];
    await page.locator(`[data-ticket="${earlier}"]`).click();
    await page.locator('.actions').getByRole('button', { name: words.act.answer, exact: true }).click();
    await page.locator('.notice.bad', { hasText: words.act.storeAway }).waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: words.act.dismiss, exact: true }).click();
  });

  it('becomes an ordinary ticket when the database is back', async () => {
    await postgres.start();
    for (const lang of LANGS) {
      const page = pageOf(lang);
      await page.locator('.unrecorded').waitFor({ state: 'detached', timeout: BACK_MS });
      await expect.poll(() => page.locator('[data-ticket]').count(), { timeout: SOON_MS }).toBe(3);
    }
    // The device sends it once more and is told of the ticket that stands there already.
    const { ticket } = await pressSos(service, deviceOf(1), 'outage');
    for (const lang of LANGS) {
      expect(await ticketsOn(pageOf(lang))).toContain(ticket);
      expect(await pageOf(lang).locator('[data-ticket]').count()).toBe(3);
    }
  });

  it('lets the same click be done now', async () => {
    const page = pageOf('zh');
    await page.locator(`[data-ticket="${earlier}"]`).click();
    await page.locator('.actions').getByRole('button', { name: zh.act.answer, exact: true }).click();
    await page.locator(`[data-ticket="${earlier}"]`).getByText(zh.handling.answered).waitFor();
  });

  it('asked no other host and broke no rule of its page', () => {
    for (const { foreign, errors } of consoles.values()) {
      expect(foreign).toEqual([]);
      expect(errors).toEqual([]);
    }
  });
});
