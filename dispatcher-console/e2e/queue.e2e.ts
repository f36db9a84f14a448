import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { TUNES, type TuneName } from '../src/console/header/alarm-sound';
import { en, zh } from '../src/console/i18n/languages';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

const PATIENCE_MS = 30_000;
/** Far more than a screen holds, far less than there are. */
const DRAWN_AT_MOST = 60;
const FLOOD = 500;
/** About as high as a row is. */
const ROW_PX = 90;

let service: Service;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  watched = await openPage(browser, service.url);
  page = watched.page;
  await listenTo(page);
  await logIn(page, 0);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** A device with a key, each of another senior. */
function deviceOf(index: number): Device {
  const ofSenior = new Map(
    service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').map((device) => [device.senior_id, device]),
  );
  const device = [...ofSenior.values()][index];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

async function logIn(at: Page, operator: number): Promise<void> {
  await at.goto(`${service.url}/?lang=zh`);
  await at.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', operator));
  await at.locator('input[autocomplete="current-password"]').fill(service.password);
  await at.getByRole('button', { name: zh.login.submit, exact: true }).click();
  await at.locator('.connection.live').waitFor();
}

/** The same desk in a browser that nobody has touched yet: within one, a touch may count for later pages, too. */
async function moveToUntouchedBrowser(): Promise<void> {
  expect([watched.foreign, watched.errors]).toEqual([[], []]);
  const kept = await page.context().storageState();
  await page.context().close();
  watched = await openPage(browser, service.url, kept);
  page = watched.page;
  await listenTo(page);
  await page.goto(`${service.url}/?lang=zh`);
}

/** Writes down each tone that a page begins, where the loudspeaker would get it. */
async function listenTo(at: Page): Promise<void> {
  await at.addInitScript(() => {
    const heard: number[] = [];
    Object.assign(window, { heard });
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function begin(when?: number) {
      heard.push(this.frequency.value);
      start.call(this, when);
    };
  });
}

function heard(): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { heard: number[] }).heard);
}

/** Returns whether the tones of a tune were heard one after the other, so often. */
async function hears(name: TuneName, times = 1): Promise<boolean> {
  const tune = TUNES[name].tones.join();
  return (await heard()).join().split(tune).length > times;
}

function forget(): Promise<void> {
  return page.evaluate(() => void ((window as unknown as { heard: number[] }).heard.length = 0));
}

/** Does something to a ticket as another operator, on a connection of its own. */
async function otherOperator(): Promise<(path: string, body?: object) => Promise<void>> {
  const response = await fetch(`${service.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: usernameOf(service, 'operator', 1), password: service.password }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (path, body = {}) => {
    const headers = { cookie, 'content-type': 'application/json' };
    const done = await fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!done.ok) throw new Error(`${path}: ${done.status} ${await done.text()}`);
  };
}

const rowOf = (ticket: string) => page.locator(`[data-ticket="${ticket}"]`);
const tuneIs = (name: string) => page.locator(`[data-tune="${name}"]`).waitFor({ state: 'attached', timeout: PATIENCE_MS });

describe('the sound', () => {
  const first = () => deviceOf(0);
  let ticket: string;

  it('is checked at the start of a shift, by ear, in a bar that covers nothing', async () => {
    const check = page.getByRole('region', { name: zh.audioCheck.heading });
    await check.waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await check.getByRole('button', { name: zh.audioCheck.play, exact: true }).click();
    await expect.poll(() => hears('2'), { timeout: PATIENCE_MS }).toBe(true);
    await check.getByRole('button', { name: zh.audioCheck.notHeard, exact: true }).click();
    await check.getByText(zh.audioCheck.help).waitFor();
    await check.getByRole('button', { name: zh.audioCheck.heard, exact: true }).click();
    await check.waitFor({ state: 'detached' });
  });

  it('starts with an SOS, repeats, and is another one when the key is pressed again', async () => {
    await forget();
    ticket = (await pressSos(service, first(), 'queue-sos')).ticket;
    await rowOf(ticket).waitFor();
    await tuneIs('2');
    await expect.poll(() => hears('2', 2), { timeout: PATIENCE_MS }).toBe(true);
    await pressSos(service, first(), 'queue-sos-again');
    await tuneIs('1');
    await expect.poll(() => hears('1'), { timeout: PATIENCE_MS }).toBe(true);
  });

  it('stops when somebody owns the alarm, wherever', async () => {
    const act = await otherOperator();
    await act(`/v1/tickets/${ticket}/answer`);
    await tuneIs('');
    await forget();
    await new Promise((done) => setTimeout(done, TUNES['1'].repeat_ms * 2));
    expect(await heard()).toEqual([]);
  });

  it('is heard once more when the key of an owned alarm is pressed again', async () => {
    await forget();
    await pressSos(service, first(), 'queue-sos-third');
    await expect.poll(() => hears('1'), { timeout: PATIENCE_MS }).toBe(true);
  });

  it('blocked by the browser, puts a red banner across the page and makes the tab blink', async () => {
    const blocked = () => page.locator('[data-sound="blocked"]').waitFor({ timeout: 5_000 });
    await moveToUntouchedBrowser();
    // A machine without a sound card sometimes fails as a loudspeaker that is gone, which is another story.
    for (let tries = 1; tries < 5; tries++) {
      if (await blocked().then(() => true, () => false)) break;
      await moveToUntouchedBrowser();
    }
    await blocked();
    await page.getByRole('alert').filter({ hasText: zh.sound.banner.blocked }).waitFor();
    // The check was made in this shift.
    expect(await page.getByRole('region', { name: zh.audioCheck.heading }).count()).toBe(0);
    const { ticket: second } = await pressSos(service, deviceOf(1), 'queue-blocked');
    await page.getByText(zh.sound.bannerWaiting.replace('{{number}}', '1')).waitFor();
    await page.waitForFunction((title) => document.title === title, zh.attention.title.replace('{{number}}', '1'), {
      timeout: PATIENCE_MS,
    });
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toContain('alarm');
    expect(await axeFaults(page)).toEqual([]);
    expect(await heard()).toEqual([]);

    await page.getByRole('button', { name: zh.sound.enable, exact: true }).click();
    await page.locator('[data-sound="ready"]').waitFor({ timeout: PATIENCE_MS });
    await expect.poll(() => hears('2'), { timeout: PATIENCE_MS }).toBe(true);
    await page.waitForFunction((title) => document.title === title, zh.app.title, { timeout: PATIENCE_MS });
    await (await otherOperator())(`/v1/tickets/${second}/answer`);
    await tuneIs('');
  });
});

describe('the connection', () => {
  it('survives a restart of the server without a reload', async () => {
    const { ticket } = await pressSos(service, deviceOf(2), 'queue-before');
    await rowOf(ticket).click();
    await page.evaluate(() => Object.assign(window, { samePage: true }));
    const cut = page.locator('.connection.stale').waitFor({ timeout: PATIENCE_MS });
    const grey = page.locator('.console[data-stale="true"] .banner.bad[role="alert"]').first().waitFor({ timeout: PATIENCE_MS });
    await Promise.all([service.restart(), cut, grey]);
    expect(await page.locator('body').innerText()).not.toContain('{{');
    await page.locator('.connection.live').waitFor({ timeout: PATIENCE_MS });
    await page.locator('.console[data-stale="false"]').waitFor();
    await rowOf(ticket).waitFor();
    const after = await pressSos(service, deviceOf(3), 'queue-after');
    await rowOf(after.ticket).waitFor({ timeout: PATIENCE_MS });
    expect(await page.evaluate(() => 'samePage' in window)).toBe(true);
    for (const id of [ticket, after.ticket]) await (await otherOperator())(`/v1/tickets/${id}/answer`);
  });

  it.each([
    ['fast', 600_000],
    ['slow', -600_000],
  ])('shows right ages on a PC whose clock is ten minutes %s, and says so', async (_, wrong_ms) => {
    const other = await openPage(browser, service.url);
    await other.page.addInitScript((ms) => {
      const { now } = Date;
      Date.now = () => now() + ms;
    }, wrong_ms);
    await logIn(other.page, 2);
    await other.page.locator('.banner', { hasText: zh.connection.clock.split('{{')[0] ?? '' }).waitFor({ timeout: PATIENCE_MS });
    const { ticket } = await pressSos(service, deviceOf(wrong_ms > 0 ? 4 : 5), `queue-clock${wrong_ms}`);
    const age = (await other.page.locator(`[data-ticket="${ticket}"] .age`).textContent()) ?? '';
    expect(age).toMatch(/^[0-2]:\d\d$/);
    expect(await other.page.locator('.connection.live').textContent()).toMatch(/ \d{1,2} /);
    await (await otherOperator())(`/v1/tickets/${ticket}/answer`);
    await other.page.context().close();
  });
});

describe('a flood of 500 alarms', () => {
  const tickets: string[] = [];
  const OFFSET = 100;

  const drawn = () => page.locator('.rows [data-ticket]').count();

  /** Scrolls through the whole list; returns each ticket that was drawn on the way. */
  async function scrollThrough(): Promise<{ seen: Set<string>; most: number }> {
    return page.evaluate(async () => {
      const list = document.querySelector('.rows-frame .rows');
      if (list === null) throw new Error('no list');
      const seen: string[] = [];
      let most = 0;
      list.scrollTop = 0;
      for (;;) {
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
        const rows = [...list.querySelectorAll<HTMLElement>('[data-ticket]')];
        most = Math.max(most, rows.length);
        seen.push(...rows.map((row) => row.dataset['ticket'] ?? ''));
        if (list.scrollTop + list.clientHeight >= list.scrollHeight - 2) break;
        list.scrollTop += list.clientHeight * 0.7;
      }
      list.scrollTop = 0;
      return { seen, most };
    }).then(({ seen, most }) => ({ seen: new Set(seen), most }));
  }

  beforeAll(async () => {
    for (let from = 0; from < FLOOD; from += 20) {
      const some = Array.from({ length: 20 }, (_, index) => from + index);
      const receipts = await Promise.all(some.map((index) => pressSos(service, deviceOf(OFFSET + index), `flood-${index}`)));
      tickets.push(...receipts.map(({ ticket }) => ticket));
    }
  });

  it('is said on top, with how many wait and since when', async () => {
    await expect
      .poll(() => page.locator('.flood').textContent(), { timeout: PATIENCE_MS })
      .toContain(`${FLOOD} 起未受理`);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('hides nobody: every alarm without an owner has a row, of which only those in sight are drawn', async () => {
    const { seen, most } = await scrollThrough();
    expect(tickets.filter((ticket) => !seen.has(ticket))).toEqual([]);
    expect(most).toBeLessThan(DRAWN_AT_MOST);
  });

  it('reaches the last row by keys, and says to a screen reader which of how many it is', async () => {
    await page.locator('.rows [data-ticket]').first().focus();
    await page.keyboard.press('End');
    const last = page.locator('.rows li:focus-within');
    await expect.poll(() => last.getAttribute('aria-posinset'), { timeout: PATIENCE_MS }).toBe(
      await page.locator('.rows li').first().getAttribute('aria-setsize'),
    );
    await page.keyboard.press('ArrowUp');
    const size = Number(await last.getAttribute('aria-setsize'));
    expect(Number(await last.getAttribute('aria-posinset'))).toBe(size - 1);
    await page.keyboard.press('Home');
    await expect.poll(() => last.getAttribute('aria-posinset'), { timeout: PATIENCE_MS }).toBe('1');
  });

  it('folds away what somebody has, by village, and shows it on a click', async () => {
    const act = await otherOperator();
    const answered = tickets.filter((_, index) => index % 2 === 0);
    for (let from = 0; from < answered.length; from += 10)
      await Promise.all(answered.slice(from, from + 10).map((ticket) => act(`/v1/tickets/${ticket}/answer`)));
    await expect.poll(() => page.locator('.flood').textContent(), { timeout: PATIENCE_MS }).toContain(`${FLOOD / 2} 起未受理`);
    const waiting = new Set(tickets.filter((ticket) => !answered.includes(ticket)));
    const { seen } = await scrollThrough();
    expect([...waiting].filter((ticket) => !seen.has(ticket))).toEqual([]);
    const folded = answered.filter((ticket) => !seen.has(ticket));
    expect(folded.length).toBeGreaterThan(FLOOD / 4);

    const size = Number(await page.locator('.rows li').first().getAttribute('aria-setsize'));
    const shown = page.locator('.rows [data-group][aria-expanded="true"]');
    // The list may still move under the hand.
    await expect
      .poll(
        async () => {
          if ((await shown.count()) === 0)
            await page.locator('.rows [data-group]').first().click({ timeout: 3_000 }).catch(() => undefined);
          return shown.count();
        },
        { timeout: PATIENCE_MS },
      )
      .toBeGreaterThan(0);
    expect(Number(await page.locator('.rows li').first().getAttribute('aria-setsize'))).toBeGreaterThan(size);
  });

  it('does not move the row under a hand, and says what is new above', async () => {
    const list = page.locator('.rows-frame .rows');
    await list.evaluate((element) => void (element.scrollTop = 0));
    const row = page.locator('.rows [data-ticket]').nth(2);
    const id = (await row.getAttribute('data-ticket')) ?? '';
    const place = await row.boundingBox();
    if (place === null) throw new Error('the row is not drawn');
    const before = place.y;
    // A hand that rests for four seconds is gone, and the machine may be slower than that.
    let step = 0;
    const touch = () => page.mouse.move(place.x + place.width / 2 + (step++ % 2), place.y + place.height / 2);
    await touch();
    const hand = setInterval(() => void touch(), 500);
    onTestFinished(() => clearInterval(hand));
    // Pressed twice: the most urgent of all, on top of the list.
    const { ticket } = await pressSos(service, deviceOf(700), 'steady');
    await pressSos(service, deviceOf(700), 'steady-again');
    await rowOf(ticket).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: zh.queue.newAbove.replace('{{number}}', '1') }).waitFor();
    expect(Math.abs(((await rowOf(id).boundingBox())?.y ?? NaN) - before)).toBeLessThan(ROW_PX / 8);
    clearInterval(hand);
    await page.locator('.new-above').click();
    await page.locator('.new-above').waitFor({ state: 'detached' });
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(0);
    await rowOf(ticket).waitFor();
  });

  it('draws little, whatever there is, in English as well', async () => {
    await page.goto(`${service.url}/?lang=en`);
    await page.locator('.connection.live').waitFor();
    await page.locator('.flood', { hasText: en.flood.heading.split('{{')[0] ?? '' }).waitFor();
    expect(await drawn()).toBeLessThan(DRAWN_AT_MOST);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    // While the service restarts nobody answers at its door; the page can do nothing about that word.
    expect(watched.errors.filter((error) => !error.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  });
});
