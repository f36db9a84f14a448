import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en } from '../src/aide/words/en';
import { type WordKey, zh } from '../src/aide/words/zh';
import { wayWords } from '../src/aide/way/way-words';
import type { Way } from '../src/generated/Way';
import type { Lang } from '../src/shared/lang';
import { Centre, openPhone, overflowsAt, type Phone } from './aide-phone';
import { axeFaults, startBrowser } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

let service: Service;
let browser: Browser;
let centre: Centre;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  centre = await Centre.logIn(service);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

function doorOf(story: number): Device {
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').at(-1 - 7 * story);
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

describe.each(['zh', 'en'] as const)('the way to the door, in %s', (lang: Lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words: Record<WordKey, string> = lang === 'zh' ? zh : en;
  const said = wayWords(lang);
  let phone: Phone;
  let page: Page;
  let ticket: string;
  const foreign: string[] = [];

  const button = (key: WordKey): Locator => page.getByRole('button', { name: words[key], exact: true });
  const card = (): Locator => page.getByRole('region', { name: words['job.way'], exact: true });

  async function looksRight(screen: string): Promise<void> {
    const faults = (await axeFaults(page)).filter((fault) => !fault.includes('partially obscured'));
    expect(faults, screen).toEqual([]);
    expect(await overflowsAt(page, 200), `${screen} is too wide at 200 %`).toBe(false);
    const folder = process.env['SILVERBELL_SHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${screen}-${lang}.png` });
  }

  beforeAll(async () => {
    const door = doorOf(story);
    phone = await openPhone(browser, door);
    ({ page } = phone);
    // A kilometre and a half away: near enough to be asked, far enough for a way.
    await phone.context.setGeolocation({ latitude: Number(door.lat) + 0.013, longitude: Number(door.lon) + 0.004, accuracy: 12 });
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url) && !request.url().startsWith('blob:') && !request.url().startsWith('data:')) foreign.push(request.url());
    });
    await page.goto(`${service.url}/aide?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'aide', 10 * story));
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await button('login.submit').tap();
    await button('duty.go_on').tap();
    await page.locator('[data-position="shared"]').waitFor();
    ({ ticket } = await pressSos(service, door, `way-${lang}`));
    await page.locator('[data-offer]').waitFor();
    await button('offer.accept').tap();
    await button('step.depart').waitFor();
  });

  afterAll(async () => {
    await phone?.context.close();
  });

  it('is said in kilometres and minutes, and drawn on a map of our own streets', async () => {
    await card().getByText(lang === 'zh' ? /公里.*分钟/ : /km.*min/).waitFor();
    await card().scrollIntoViewIfNeeded();
    await card().locator('[data-map="drawn"] canvas').waitFor();
    await card().getByText(said.here, { exact: true }).waitFor();
    await card().getByText(said.invented).waitFor();
    await looksRight('way');
    expect(foreign).toEqual([]);
    expect(phone.errors).toEqual([]);
  });

  it('hands over to the maps of the phone, each in its own datum', async () => {
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(links.map((href) => href.split(':')[0])).toEqual(expect.arrayContaining(['amapuri', 'baidumap', 'geo']));
  });

  it('is an outline for a phone that saves data, until its owner asks for the map', async () => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true }, configurable: true }));
    await page.reload();
    await card().getByRole('img', { name: said.drawing }).waitFor();
    await card().scrollIntoViewIfNeeded();
    await looksRight('way-outline');
    expect(await card().locator('canvas').count()).toBe(0);
    await card().getByRole('button', { name: said.show, exact: true }).tap();
    await card().locator('[data-map="drawn"] canvas').waitFor();
  });

  it('is a full line by road, and not called a guess', async () => {
    const question = '**/v1/offers/*/route';
    // The demo knows no roads.
    await page.route(question, async (request) => {
      const answer = await request.fetch();
      const way = (await answer.json()) as Way;
      const [[west, south], [east, north]] = [way.line[0] ?? [0, 0], way.line.at(-1) ?? [0, 0]];
      const line = [[west, south], [west, (south + north) / 2], [east + 0.003, (south + north) / 2], [east + 0.003, north], [east, north]];
      await request.fulfill({ response: answer, json: { ...way, eta_source: 'roads', line } });
    });
    await page.reload();
    await card().getByRole('img', { name: said.drawing }).waitFor();
    expect(await card().getByText(said.straight).count()).toBe(0);
    await card().getByRole('button', { name: said.show, exact: true }).tap();
    await card().locator('[data-map="drawn"] canvas').waitFor();
    await card().evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await looksRight('way-by-road');
    await page.unroute(question);
  });

  it('stays an outline when the map does not come, and the map can be asked for again', async () => {
    const map = '**/assets/aide-way-map-*.js';
    await page.route(map, (request) => request.abort());
    await page.reload();
    await card().scrollIntoViewIfNeeded();
    await card().getByRole('button', { name: said.show, exact: true }).tap();
    await card().getByText(said.failed).waitFor();
    await card().getByRole('img', { name: said.drawing }).waitFor();
    await looksRight('way-failed');
    await page.unroute(map);
    await card().getByRole('button', { name: said.show, exact: true }).tap();
    await card().locator('[data-map="drawn"] canvas').waitFor();
  });

  it('says that it cannot be seen without a signal, and is gone at the door', async () => {
    await phone.context.setOffline(true);
    await page.reload();
    await card().getByText(words['job.way_none']).waitFor();
    await phone.context.setOffline(false);
    for (const step of ['step.depart', 'step.on-scene'] as const) await button(step).tap();
    await card().waitFor({ state: 'detached' });
    await centre.close(ticket);
  });
});
