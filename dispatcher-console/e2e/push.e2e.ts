import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { zh } from '../src/aide/words/zh';
import { openPhone, type Phone } from './aide-phone';
import { startBrowser } from './browser';
import { type Device, type Service, startService, usernameOf } from './service';

let service: Service;
let browser: Browser;
let phone: Phone;
let page: Page;

/** What a notification of the phone says. */
interface Note {
  title: string;
  body: string;
  tag: string;
}

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  phone = await openPhone(browser, service.devices[0] as Device);
  await phone.context.grantPermissions(['geolocation', 'notifications']);
  ({ page } = phone);
  await page.goto(`${service.url}/aide?lang=zh`);
  await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'aide', 0));
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.getByRole('button', { name: zh['login.submit'], exact: true }).tap();
  await page.getByRole('button', { name: zh['duty.go_on'], exact: true }).waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
});

afterAll(async () => {
  await phone?.context.close();
  await browser?.close();
  await service?.stop();
});

describe('a phone that is woken', () => {
  let devtools: CDPSession;
  let registrationId = '';

  beforeAll(async () => {
    devtools = await phone.context.newCDPSession(page);
    const known = new Promise<string>((resolve) => {
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(service.url));
        if (ours !== undefined) resolve(ours.registrationId);
      });
    });
    await devtools.send('ServiceWorker.enable');
    registrationId = await known;
  });

  async function push(data: object): Promise<void> {
    await devtools.send('ServiceWorker.deliverPushMessage', { origin: service.url, registrationId, data: JSON.stringify(data) });
  }

  /** The notifications that the phone shows, once one of them has this title. */
  async function shown(title: string): Promise<Note[]> {
    for (const end = Date.now() + 30_000; Date.now() < end; await page.waitForTimeout(100)) {
      const all = await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
      });
      if (all.some((note) => note.title === title)) return all;
    }
    throw new Error(`never shown: ${title}`);
  }

  it('shows where and how far, and the withdrawal in its place', async () => {
    const offer = { what: 'offer', offer: 'o-1', village: '步文村', minutes: 4, kind: 'sos', urgency: 1, deadline: '2999-01-01T00:00:00Z' };
    await push(offer);
    expect(await shown('【新派单】请马上接单')).toEqual([
      { title: '【新派单】请马上接单', body: '步文村 · 约 4 分钟路程，点开应答', tag: 'o-1' },
    ]);
    await push({ ...offer, what: 'withdrawn' });
    expect(await shown('【任务取消】不用去了')).toHaveLength(1);
  });

  it('speaks the language that was last spoken', async () => {
    await page.getByRole('button', { name: 'English', exact: true }).tap();
    await page.getByRole('button', { name: '中文', exact: true }).waitFor();
    await page.waitForFunction(async () => (await (await caches.match('/lang'))?.text()) === 'en');
    await push({ what: 'withdrawn', offer: 'o-2', village: '', minutes: 0, kind: 'sos', urgency: 1, deadline: '' });
    expect(await shown('CANCELLED: you need not go')).toHaveLength(2);
    expect(phone.errors).toEqual([]);
  });
});
