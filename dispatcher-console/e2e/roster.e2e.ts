import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { dayAfter, momentOf, shownAt } from '../src/console/model/local-time';
import { en, zh } from '../src/console/i18n/languages';
import type { Lang } from '../src/shared/lang';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { type Person, type Service, startService, usernameOf } from './service';

const ZONE = 'Asia/Shanghai';
const MINIMUM = '[{ from = "00:00", to = "24:00", aides = 1 }]';

let service: Service;
let browser: Browser;
let cookie: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService({ SILVERBELL_COVER_MINIMUM: MINIMUM }), startBrowser()]);
  const session = await fetch(`${service.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: usernameOf(service, 'supervisor', 0), password: service.password }),
  });
  cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

function aideOf(index: number): Person {
  const aide = service.people.filter(({ role }) => role === 'aide')[index];
  if (aide === undefined) throw new Error('the demo has too few aides');
  return aide;
}

const tomorrow = (): string => dayAfter(shownAt(Date.now(), ZONE).day, 1);
const moment = (day: string, time: string): string => new Date(momentOf({ day, time }, ZONE)).toISOString();

/** A week with one hole: tomorrow from 19:00 to 23:00. */
async function rosterWithHole(): Promise<void> {
  const [today, hole, end] = [shownAt(Date.now(), ZONE).day, tomorrow(), dayAfter(shownAt(Date.now(), ZONE).day, 7)];
  const responder = aideOf(0).responder_id;
  const shifts = [{ responder, from: moment(hole, '00:00'), to: moment(hole, '19:00') }, { responder, from: moment(hole, '23:00'), to: moment(dayAfter(hole, 1), '00:00') }];
  for (let day = today; day < end; day = dayAfter(day, 1))
    if (day !== hole) shifts.push({ responder, from: moment(day, '00:00'), to: moment(dayAfter(day, 1), '00:00') });
  const answer = await fetch(`${service.url}/v1/roster`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ from: moment(today, '00:00'), to: moment(end, '00:00'), shifts }),
  });
  expect(answer.status).toBe(200);
}

async function logIn(page: Page, lang: Lang, username: string): Promise<void> {
  const words = lang === 'zh' ? zh : en;
  await page.goto(`${service.url}/?lang=${lang}`);
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.getByRole('button', { name: words.login.submit }).click();
  await page.locator('.connection.live').waitFor();
}

describe.each(['zh', 'en'] as const)('a gap in the roster, in %s', (lang) => {
  const words = lang === 'zh' ? zh : en;
  let watched: WatchedPage;
  let page: Page;
  let sheet: Locator;

  beforeAll(async () => {
    await rosterWithHole();
    watched = await openPage(browser, service.url);
    ({ page } = watched);
    sheet = page.getByRole('dialog');
  });

  afterAll(async () => {
    await page?.context().close();
  });

  it('is read by an operator, who cannot change it', async () => {
    const reader = await openPage(browser, service.url);
    await logIn(reader.page, lang, usernameOf(service, 'operator', 0));
    await reader.page.getByRole('button', { name: words.roster.open, exact: true }).click();
    const read = reader.page.getByRole('dialog');
    await read.getByText(`${words.roster.tomorrow} 19:00–23:00`, { exact: true }).first().waitFor();
    expect(await read.getByRole('button', { name: words.roster.fill }).count()).toBe(0);
    expect(await read.getByRole('form').count()).toBe(0);
    await reader.page.context().close();
  });

  it('is seen by the supervisor in words, in the list and in the week', async () => {
    await logIn(page, lang, usernameOf(service, 'supervisor', 0));
    await page.getByRole('button', { name: words.roster.open, exact: true }).click();
    const gap = sheet.locator('.gaps li');
    await gap.getByText(`${words.roster.tomorrow} 19:00–23:00`, { exact: true }).waitFor();
    expect(await gap.count()).toBe(1);
    expect(await gap.textContent()).toContain(words.roster.shortAides.replace('{{number}}', '1'));
    expect(await sheet.locator(`tr[data-day="${tomorrow()}"] .segment[data-gap="true"]`).count()).toBe(1);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('is not filled by somebody who works then already', async () => {
    const busy = sheet.getByRole('combobox', { name: words.roster.who });
    const day = sheet.getByLabel(words.roster.day, { exact: true });
    await day.fill(tomorrow());
    await busy.selectOption(aideOf(0).responder_id);
    await sheet.getByRole('button', { name: words.roster.add }).click();
    await sheet.locator('.shift-form').getByRole('alert').waitFor();
    expect(await sheet.locator('.gaps li').count()).toBe(1);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('is filled with a shift, and gone; and is there again when the shift is taken out', async () => {
    await sheet.getByRole('button', { name: words.roster.fill }).click();
    await sheet.getByRole('combobox', { name: words.roster.who }).selectOption(aideOf(1).responder_id);
    await sheet.getByRole('button', { name: words.roster.add }).click();
    await sheet.getByText(words.roster.noGaps).waitFor();
    expect(await sheet.locator('.segment[data-gap="true"]').count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);

    await sheet.locator(`tr[data-day="${tomorrow()}"] th button`).click();
    const own = sheet.locator('.day-shifts h4', { hasText: '19:00–23:00' }).locator('xpath=..');
    await own.getByRole('button', { name: new RegExp(words.roster.remove) }).click();
    await sheet.getByRole('button', { name: words.roster.reallyRemove }).click();
    await sheet.locator('.gaps li').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});
