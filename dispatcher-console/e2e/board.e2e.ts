import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { enBoard } from '../src/board/words/en';
import { zhBoard } from '../src/board/words/zh';
import { en, zh } from '../src/console/i18n/languages';
import type { Ticket } from '../src/generated/Ticket';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { AidePhone, pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

/** Longer than two questions for the coverage. */
const PATIENCE_MS = 60_000;
const AT_ONCE_MS = 5_000;
const LEAST_BETWEEN_MS = 15_000;
const WALL = { width: 1920, height: 1080 };

let service: Service;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let ticket: string;
/** When the coverage was answered, for how often it is asked. */
const answeredAt: number[] = [];
const sockets: string[] = [];

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  watched = await openPage(browser, service.url);
  page = watched.page;
  page.on('websocket', (socket) => sockets.push(socket.url()));
  page.on('response', (response) => {
    if (new URL(response.url()).pathname === '/v1/coverage' && response.ok()) answeredAt.push(Date.now());
  });
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

function deviceOf(index: number): Device {
  const ofSenior = new Map(
    service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').map((device) => [device.senior_id, device]),
  );
  const device = [...ofSenior.values()][index];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

async function logIn(at: Page, role: string, lang: string): Promise<void> {
  await at.goto(`${service.url}/board?lang=${lang}`);
  await at.locator('input[autocomplete="username"]').fill(usernameOf(service, role, 0));
  await at.locator('input[autocomplete="current-password"]').fill(service.password);
  await at.locator('form button[type="submit"]').click();
}

/** Who may not be named on a wall: whoever is on the ticket, and everybody who is outside the circle. */
async function names(): Promise<string[]> {
  const { ticket: shown } = (await (await page.request.get(`${service.url}/v1/tickets/${ticket}`)).json()) as { ticket: Ticket };
  const { outside } = (await (await page.request.get(`${service.url}/v1/coverage`)).json()) as { outside: { name: string }[] };
  return [shown.who.name ?? '', ...outside.slice(0, 200).map(({ name }) => name)].filter((name) => name !== '');
}

/** Tiles whose content does not fit. */
function cut(at: Page): Promise<string[]> {
  return at.locator('.tile, .open-tickets').evaluateAll((tiles) =>
    tiles.filter((tile) => tile.scrollHeight > tile.clientHeight + 1 || tile.scrollWidth > tile.clientWidth + 1).map(({ className }) => className),
  );
}

const row = (at: Page = page) => at.locator(`[data-ticket="${ticket}"]`);

describe('a supervisor', () => {
  it('logs in on the board itself', async () => {
    await page.goto(`${service.url}/board?lang=zh`);
    await page.getByRole('heading', { name: zhBoard.login.heading }).waitFor();
    expect(await page.title()).toBe(zhBoard.app.title);
    expect(await axeFaults(page)).toEqual([]);
    await logIn(page, 'supervisor', 'zh');
    await page.locator('.connection.live').waitFor();
    expect(new URL(page.url()).pathname).toBe('/board');
  });

  it('sees at a glance that nobody is on duty and the circle does not hold', async () => {
    await page.locator('[data-circle="broken"]').getByText(zhBoard.boardCircle.broken).waitFor({ timeout: PATIENCE_MS });
    expect(await page.locator('[data-within="30"] .figure').innerText()).toBe('0.0 %');
    await page.locator('.tile-people td[data-presence="free"]').first().getByText('0').waitFor();
    await page.locator('.maplibregl-canvas').waitFor();
  });

  it('sees an SOS within seconds, how long it waits, and how far help is', async () => {
    const aide = await AidePhone.logIn(service, usernameOf(service, 'aide', 0));
    await aide.standBy(deviceOf(0));
    ticket = (await pressSos(service, deviceOf(0), 'board-sos')).ticket;
    await row().waitFor({ timeout: AT_ONCE_MS });
    await page.locator('.unanswered[data-some="true"] .figure').getByText('1').waitFor();
    await row().getByText(zhBoard.boardStage.offered).waitFor({ timeout: PATIENCE_MS });
    const { offer } = await aide.offerOf(ticket);
    await aide.accept(offer.id);
    await row().getByText(zhBoard.boardStage.onTheWay).waitFor({ timeout: AT_ONCE_MS });
    await row().locator('.badge.bad').waitFor({ timeout: PATIENCE_MS });
  });

  it('sees whom somebody who is free reaches, soon after somebody is', async () => {
    // One of them is asked to support whoever is on the way; the other stays free.
    for (const aide of [1, 2]) await (await AidePhone.logIn(service, usernameOf(service, 'aide', aide))).standBy(deviceOf(0));
    await expect
      .poll(() => page.locator('[data-within="30"] .figure').innerText(), { timeout: PATIENCE_MS })
      .not.toBe('0.0 %');
  }, 2 * PATIENCE_MS);

  it('sees today against the targets, and a dash where there is nothing to judge', async () => {
    await page.locator('.tile-today [data-verdict="none"]').first().waitFor({ timeout: PATIENCE_MS });
    await page.getByText(zhBoard.boardToday.answer.replace('{{number}}', '1')).waitFor({ timeout: 2 * PATIENCE_MS });
  }, 3 * PATIENCE_MS);

  it('finds nothing in the way, in either language and either theme, also with large letters', async () => {
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: zh.theme.night, exact: true }).click();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'English', exact: true }).click();
    await page.getByRole('heading', { name: enBoard.boardNow.heading, exact: true }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(await page.title()).toBe(enBoard.app.title);
    // As 200 % does: half as many pixels, in which nothing may stand beside the page.
    await page.setViewportSize({ width: 683, height: 384 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(683);
    expect(await axeFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1366, height: 768 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1366);
  });

  it('costs one connection, and a question no more often than every 15 seconds', () => {
    expect(sockets).toHaveLength(1);
    const gaps = answeredAt.slice(1).map((at, index) => at - (answeredAt[index] ?? 0));
    expect(gaps.filter((gap) => gap < LEAST_BETWEEN_MS)).toEqual([]);
  });
});

describe('a wall', () => {
  it('has no buttons and names nobody', async () => {
    await page.setViewportSize(WALL);
    expect(await page.content()).toContain((await names())[0]);
    await page.getByRole('button', { name: enBoard.board.wall, exact: true }).click();
    await page.locator('.board[data-wall="true"]').waitFor();
    expect(new URL(page.url()).searchParams.has('wall')).toBe(true);
    expect(await page.getByRole('button').count()).toBe(0);
    await row().waitFor();
    const content = await page.content();
    expect((await names()).filter((name) => content.includes(name))).toEqual([]);
    expect(await axeFaults(page)).toEqual([]);
  });

  it.each(['zh', 'en'])('shows all of it at once in %s, also when more is open than it holds', async (lang) => {
    for (let index = 1; index <= 6; index++) await pressSos(service, deviceOf(index), `board-${lang}-${index}`);
    await page.goto(`${service.url}/board?lang=${lang}&wall`);
    await row().waitFor();
    await page.locator('.tile-now .foot').waitFor();
    await page.locator('.tile-coverage .maplibregl-canvas').waitFor();
    await page.locator('.tile-shifts table').waitFor();
    expect(await cut(page)).toEqual([]);
    expect(await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight])).toEqual([WALL.width, WALL.height]);
    // In a room of four metres: a word 20 pixels high at the least.
    const small = await page.locator('.tile :is(td, th, dd, dt, li, h2)').evaluateAll((all) => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize))));
    expect(small).toBeGreaterThanOrEqual(20);
  });

  it('says that it is not live, since when, and that it is again', async () => {
    const stale = page.locator('.board[data-stale="true"] .tile-now[data-old="true"]').waitFor({ timeout: PATIENCE_MS });
    const unknown = page.locator('[data-circle="unknown"]').waitFor({ timeout: PATIENCE_MS });
    const banner = page.locator('.banner.bad[role="alert"]').waitFor({ timeout: PATIENCE_MS });
    await Promise.all([service.restart(), stale, unknown, banner]);
    await page.locator('.board[data-stale="false"] .tile-now[data-old="false"]').waitFor({ timeout: PATIENCE_MS });
    await row().waitFor();
  });

  it('is left with Esc', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: enBoard.board.wall, exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.has('wall')).toBe(false);
  });
});

describe('an operator', () => {
  it.each([
    ['zh', zhBoard, zh],
    ['en', enBoard, en],
  ] as const)('is told in %s that it is not theirs, and where theirs is', async (lang, words, console) => {
    const { page: other, errors } = await openPage(browser, service.url);
    await logIn(other, 'operator', lang);
    await other.getByRole('heading', { name: words.onlySupervisors.heading }).waitFor();
    await other.getByText(console.userRole.operator).waitFor();
    expect(await other.getByRole('link', { name: words.onlySupervisors.toConsole }).getAttribute('href')).toBe('/');
    expect(await axeFaults(other)).toEqual([]);
    expect(errors).toEqual([]);
    await other.context().close();
  });
});

it('the board asks no other host and breaks nothing', () => {
  expect(watched.foreign).toEqual([]);
  // While the server is away the browser itself says so.
  expect(watched.errors.filter((error) => !/WebSocket connection to .* failed/.test(error))).toEqual([]);
});
