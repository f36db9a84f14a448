import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en as aideEn } from '../src/aide/words/en';
import { type WordKey, zh as aideZh } from '../src/aide/words/zh';
import { en, zh } from '../src/console/i18n/languages';
import type { Lang } from '../src/shared/lang';
import { Centre, openPhone, overflowsAt, type Phone } from './aide-phone';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

const LOG_IN = { zh: '登录', en: 'Log in' } satisfies Record<Lang, string>;

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** A senior of the demo who has a key and a door code: every fifteenth. */
function deviceOf(story: number): Device {
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '')[15 * (story + 2)];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

describe.each(['zh', 'en'] as const)('a locked door, in %s', (lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words = (lang === 'zh' ? zh : en) as typeof zh;
  const phoneWords: Record<WordKey, string> = lang === 'zh' ? aideZh : aideEn;
  let watched: WatchedPage;
  let page: Page;
  let phone: Phone;
  let centre: Centre;
  let ticket: string;

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const on = (key: WordKey) => phone.page.getByRole('button', { name: phoneWords[key], exact: true });

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    ({ page } = watched);
    phone = await openPhone(browser, deviceOf(story));
    centre = await Centre.logIn(service);
  });

  afterAll(async () => {
    await watched.page.context().close();
    await phone.context.close();
  });

  it('shows an aide the code and the keys only once the task is accepted', async () => {
    await phone.page.goto(`${service.url}/aide?lang=${lang}`);
    await phone.page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'aide', story));
    await phone.page.locator('input[autocomplete="current-password"]').fill(service.password);
    await on('login.submit').tap();
    await on('duty.go_on').tap();
    await phone.page.locator('[data-position="shared"]').waitFor();
    ({ ticket } = await pressSos(service, deviceOf(story), `keys-${lang}`));
    await on('offer.accept').waitFor();
    expect(await phone.page.getByText(phoneWords['keys.title']).count()).toBe(0);
    await on('offer.accept').tap();
    await phone.page.getByRole('heading', { name: phoneWords['keys.title'] }).waitFor();
    await phone.page.getByRole('button', { name: phoneWords['keys.show'] }).first().tap();
    expect(await phone.page.locator('.door-code').textContent()).toMatch(/^\d{4}#?$/);
    expect(await axeFaults(phone.page)).toEqual([]);
    expect(await overflowsAt(phone.page, 200), 'too wide at 200 %').toBe(false);
  });

  it('sends a photo from the phone, small and upright', async () => {
    const picture = await phone.page.evaluate(async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 2400, height: 1800 });
      const pen = canvas.getContext('2d');
      if (pen !== null) {
        pen.fillStyle = '#8a5a2b';
        pen.fillRect(300, 200, 900, 1500);
      }
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg'));
      return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
    });
    const file = { name: 'door.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(picture) };
    await phone.page.locator('.photo-buttons input').first().setInputFiles(file);
    await phone.page.getByText(phoneWords['photo.sent'].replace('{n}', '1')).waitFor();
    const { ticket: known } = await centre.fileOf(ticket);
    expect(known.photos.map(({ what }) => what)).toEqual(['before']);
    expect(await axeFaults(phone.page)).toEqual([]);
  });

  it('shows the operator the code of the own ticket, and hides it again', async () => {
    await page.goto(`${service.url}/?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 0));
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await button(LOG_IN[lang]).click();
    await page.locator('.connection.live').waitFor();
    await page.locator(`[data-ticket="${ticket}"]`).click();
    await page.getByRole('heading', { name: words.keys.heading }).waitFor();
    await page.getByText(words.keys.answerFirst).first().waitFor();
    await button(words.act.answer).click();
    await button(words.keys.show).first().click();
    expect(await page.locator('.code-shown strong').textContent()).toMatch(/^\d{4}#?$/);
    expect(await axeFaults(page)).toEqual([]);
    await page.locator('.code-shown button').click();
    await page.locator('.code-shown').waitFor({ state: 'detached' });
    await page.locator('.timeline').getByText(words.event.code_read).first().waitFor();
  });

  it('gives a key out to somebody of the team, and takes it back', async () => {
    await button(words.keys.signOut).first().click();
    await page.locator('.key-form select').selectOption({ index: 1 });
    expect(await axeFaults(page)).toEqual([]);
    await page.locator('.key-form').getByRole('button', { name: words.keys.signOut, exact: true }).click();
    await button(words.keys.signIn).click();
    await button(words.keys.signIn).waitFor({ state: 'detached' });
  });

  it('registers a code that nobody reads on the way', async () => {
    await button(words.keys.add).click();
    await page.locator('.key-form').getByText(words.keyKind.code, { exact: true }).click();
    await page.getByLabel(words.keys.door).fill('后门');
    await page.getByLabel(words.keys.code).fill('2468#');
    await page.locator('.key-form').getByRole('button', { name: words.keys.save, exact: true }).click();
    await page.locator('.keys').getByText('后门').waitFor();
    expect(await page.getByText('2468#').count()).toBe(0);
  });

  it('shows the photos when asked', async () => {
    await page.getByRole('button', { name: words.photos.show.replace('{{number}}', '1') }).click();
    const image = page.locator('.photos img');
    await image.waitFor();
    await page.waitForFunction(() => (document.querySelector('.photos img') as HTMLImageElement).naturalWidth > 0);
    const width = await image.evaluate((it) => (it as HTMLImageElement).naturalWidth);
    expect(width).toBeLessThanOrEqual(1_600);
  });

  it('records a forced entry step by step, and closes only over a secured door', async () => {
    await button(words.entry.begin).click();
    const dialog = page.getByRole('dialog');
    for (const [label, said] of [
      [words.entry.authorised_by, '值班长 林'],
      [words.entry.police_reference, '110-7'],
      [words.entry.witness, '居委会 陈'],
      [words.entry.reason, '无人应门'],
    ] as const)
      await dialog.getByLabel(label, { exact: true }).fill(said);
    expect(await axeFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: words.entry.record.decide, exact: true }).click();
    await dialog.getByLabel(words.entry.opened_by, { exact: true }).fill('锁匠 王');
    await dialog.getByRole('button', { name: words.entry.record.open, exact: true }).click();
    await dialog.getByLabel(words.entry.secured_by, { exact: true }).waitFor();
    await phone.page.getByText(phoneWords['entry.opened']).waitFor();
    await dialog.getByRole('button', { name: words.dialog.closeWindow }).last().click();
    await page.locator('.entry.unsecured').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await expect(centre.close(ticket)).rejects.toThrow('409');
    await button(words.entry.goOn).click();
    await dialog.getByLabel(words.entry.secured_by, { exact: true }).fill('物业');
    await dialog.getByLabel(words.entry.secured_how, { exact: true }).fill('换锁');
    await dialog.getByRole('button', { name: words.entry.record.secure, exact: true }).click();
    await dialog.getByText(words.entry.hint.done).waitFor();
    await dialog.getByRole('button', { name: words.dialog.closeWindow }).last().click();
    await centre.close(ticket);
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
    expect(phone.errors).toEqual([]);
  });
});
