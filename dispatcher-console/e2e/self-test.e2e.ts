import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en } from '../src/aide/words/en';
import { type WordKey, zh } from '../src/aide/words/zh';
import type { Lang } from '../src/shared/lang';
import { Centre, openPhone, overflowsAt, type Phone } from './aide-phone';
import { axeFaults, startBrowser } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService } from './service';

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

describe.each(['zh', 'en'] as const)('between two jobs, in %s', (lang: Lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words: Record<WordKey, string> = lang === 'zh' ? zh : en;
  let phone: Phone;
  let page: Page;
  let door: Device;
  let aide: string;

  const button = (key: WordKey): Locator => page.getByRole('button', { name: words[key], exact: true });
  const heading = (key: WordKey): Locator => page.getByRole('heading', { name: words[key], exact: true });
  const result = (part: string): Promise<string | null> => page.locator(`[data-part="${part}"]`).getAttribute('data-result');

  beforeAll(async () => {
    const doors = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '');
    const aides = service.people.filter(({ role }) => role === 'aide');
    [door, aide] = [doors.at(-1 - story) as Device, aides.at(-1 - story)?.username ?? ''];
    phone = await openPhone(browser, door);
    await phone.context.grantPermissions(['geolocation', 'notifications']);
    ({ page } = phone);
    await page.goto(`${service.url}/aide?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').fill(aide);
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await button('login.submit').tap();
    await button('duty.go_on').waitFor();
  });

  afterAll(async () => {
    await phone?.context.close();
  });

  async function looksRight(screen: string): Promise<void> {
    expect(await axeFaults(page), screen).toEqual([]);
    expect(await overflowsAt(page, 100), `${screen} is too wide`).toBe(false);
    expect(await overflowsAt(page, 200), `${screen} is too wide at 200 %`).toBe(false);
  }

  it('the phone is tested, and the supervisor knows how it went', async () => {
    await page.locator('[data-self-test="due"]').waitFor();
    await looksRight('a test is due');
    await button('selftest.title').tap();
    await heading('selftest.title').waitFor();
    await button('selftest.start').tap();
    await button('selftest.heard_yes').waitFor();
    await looksRight('the test runs');
    await button('selftest.heard_yes').tap();
    await button('selftest.felt_no').tap();
    await page.locator('[data-told="yes"]').waitFor();
    await page.getByText(words['selftest.vibration_help']).waitFor();
    for (const part of ['sound', 'notification', 'position', 'connection', 'storage']) expect(await result(part), part).toBe('works');
    expect(await result('vibration')).toBe('failed');
    await looksRight('the test is over');
    await button('selftest.back').tap();
    await page.locator('[data-self-test="done"]').waitFor();
    const kept = await supervisorSees();
    expect(kept?.parts).toEqual({
      sound: 'works',
      vibration: 'failed',
      notification: 'works',
      position: 'works',
      connection: 'works',
      storage: 'works',
    });
  });

  it('an offer comes before the test, and the month knows the trip', async () => {
    await button('duty.go_on').tap();
    await heading('duty.waiting').waitFor();
    await page.locator('[data-position="shared"]').waitFor();
    await button('selftest.title').tap();
    await button('selftest.again').tap();
    const { ticket } = await pressSos(service, door, `self-test-${lang}`);
    const offer = page.locator('[data-offer]');
    await offer.waitFor();
    expect(await page.locator('.tests').count()).toBe(0);
    await page.getByRole('button', { name: words['offer.accept'], exact: true }).tap();
    for (const step of ['step.depart', 'step.on-scene', 'step.with-senior', 'step.done'] as const) await button(step).tap();
    await button('thanks.back').tap();
    await centre.close(ticket);
    await button('selftest.back').tap();
    await button('month.open').tap();
    await heading('month.title').waitFor();
    await page.locator('.trips li').waitFor();
    expect(await page.locator('.sums dd').first().textContent()).toBe('1');
    await looksRight('the own month');
    await button('month.previous').tap();
    await page.getByText(words['month.none']).waitFor();
    await looksRight('a month without trips');
    await button('month.next').tap();
    await page.locator('.trips li').waitFor();
    expect(await button('month.next').isDisabled()).toBe(true);
    expect(phone.errors).toEqual([]);
  });

  async function supervisorSees(): Promise<{ parts: Record<string, string> } | null> {
    const username = service.people.find(({ role }) => role === 'supervisor')?.username;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username, password: service.password });
    const login = await fetch(`${service.url}/v1/session`, { method: 'POST', headers, body });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const me = await page.evaluate(async () => ((await (await fetch('/v1/session')).json()) as { user: { responder: string } }).user.responder);
    const answer = await fetch(`${service.url}/v1/responders`, { headers: { cookie } });
    const { items } = (await answer.json()) as { items: { id: string; self_test: { parts: Record<string, string> } | null }[] };
    return items.find(({ id }) => id === me)?.self_test ?? null;
  }
});
