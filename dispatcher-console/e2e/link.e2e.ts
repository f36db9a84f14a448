import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Lang } from '../src/shared/lang';
import { type LinkKey, translator } from '../src/link/words/words';
import type { WordKey } from '../src/aide/words/words';
import { Centre, overflowsAt } from './aide-phone';
import { axeFaults, startBrowser } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService } from './service';
import { TextMessages } from './text-messages';

const CENTRE = '0596-2123456';

/** As WeChat shows pages on a phone that was last updated years ago. */
const WECHAT =
  'Mozilla/5.0 (Linux; Android 12; M2010J19SC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.5304.141 ' +
  'Mobile Safari/537.36 XWEB/5127 MMWEBSDK/20230805 MicroMessenger/8.0.42.2428 NetType/4G Language/zh_CN';

let service: Service;
let browser: Browser;
let texts: TextMessages;
let centre: Centre;
let stories = 0;

beforeAll(async () => {
  texts = await TextMessages.listen();
  [service, browser] = await Promise.all([
    startService({
      SILVERBELL_NOTIFY_SMS_URL: texts.url,
      SILVERBELL_NOTIFY_OFFER_TEXT_AFTER_S: '0',
      SILVERBELL_NOTIFY_ALLOW_PRIVATE: 'true',
      SILVERBELL_DISPATCH_OFFER_TIMEOUT_S: '300',
      SILVERBELL_SERVER_CENTRE_PHONE: CENTRE,
    }),
    startBrowser(),
  ]);
  centre = await Centre.logIn(service);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  texts?.close();
});

/** A phone in a hand: WeChat's browser, and nobody is logged in. */
async function phone(): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    isMobile: true,
    userAgent: WECHAT,
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(service.url)) faults.push(`asks elsewhere: ${request.url()}`);
  });
  return { context, page, faults };
}

/** A senior presses, a rescuer is asked by hand, and the text with the link comes. */
async function asked(): Promise<{ ticket: string; offer: string; token: string; device: Device }> {
  stories += 1;
  // Of every fifteenth senior keys and a door code are known.
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '')[15 * (stories + 1)];
  const rescuer = service.people.filter(({ role }) => role === 'rescuer')[stories];
  if (device === undefined || rescuer === undefined) throw new Error('the demo has no such device or rescuer');
  const { ticket } = await pressSos(service, device, `link-${stories}`);
  const offer = await centre.assign(ticket, rescuer.responder_id);
  return { ticket, offer, token: await texts.takeToken(), device };
}

async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: name.endsWith('whole') });
}

describe.each(['zh', 'en'] as const)('a one-time link, in %s', (lang: Lang) => {
  const t = translator(lang);
  const button = (page: Page, key: LinkKey | WordKey) => page.getByRole('button', { name: t(key), exact: true });
  const heading = (page: Page, key: LinkKey | WordKey) => page.getByRole('heading', { name: t(key), exact: true });
  const open = (page: Page, token: string) => page.goto(`${service.url}/o?lang=${lang}#${token}`);

  it('leads a rescuer from the text message to the end of the job', async () => {
    const { ticket, token } = await asked();
    const { context, page, faults } = await phone();
    const opened = async (): Promise<number> =>
      (await centre.fileOf(ticket)).timeline.filter(({ event }) => event === 'link_opened').length;
    const isFit = async (name: string): Promise<void> => {
      await page.waitForTimeout(800);
      await look(page, `${name}-${lang}`);
      expect(await axeFaults(page), name).toEqual([]);
      expect(await overflowsAt(page, 200), `${name} at 200 %`).toBe(false);
      await page.evaluate(() => (document.documentElement.style.fontSize = '225%'));
      await look(page, `${name}-large-${lang}`);
      await page.evaluate(() => (document.documentElement.style.fontSize = ''));
    };
    try {
      await open(page, token);
      await button(page, 'closed.open').waitFor();
      expect(await opened(), 'loading opens nothing').toBe(0);
      await isFit('closed');
      await button(page, 'closed.open').tap();
      await button(page, 'offer.accept').waitFor();
      expect(await opened()).toBe(1);
      expect(page.url(), 'the secret has left the address').not.toContain(token);
      for (const key of ['offer.accept', 'offer.decline'] as const) {
        expect((await button(page, key).boundingBox())?.height).toBeGreaterThanOrEqual(64);
      }
      const senior = (await centre.fileOf(ticket)).senior;
      if (senior === null) throw new Error('the senior is known');
      for (const secret of [senior.name, senior.address, senior.phone]) expect(await page.content()).not.toContain(secret);
      await page.getByText(senior.village).waitFor();
      await isFit('offer');
      await button(page, 'offer.decline').tap();
      await button(page, 'decline.too_far').waitFor();
      await isFit('decline');
      await button(page, 'decline.back').tap();
      await button(page, 'offer.accept').tap();

      await button(page, 'step.depart').waitFor();
      const file = page.getByRole('region', { name: senior.name });
      await expect.poll(() => file.textContent()).toContain(senior.address);
      expect(await file.textContent()).toContain(senior.access);
      const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      const digits = (number: string): string => number.replace(/\D/g, '');
      expect(links.filter((href) => href.startsWith('tel:')).map(digits)).toEqual(
        expect.arrayContaining([digits(senior.phone), digits(CENTRE), '120']),
      );
      expect(links.map((href) => href.split(':')[0])).toEqual(expect.arrayContaining(['amapuri', 'baidumap', 'geo']));
      for (const href of links.filter((it) => !it.startsWith('tel:'))) expect(decodeURIComponent(href)).not.toContain(senior.name);
      await isFit('job');
      await look(page, `job-${lang}-whole`);
      // A reload in mid-job goes on where it was.
      await page.reload();
      for (const step of ['depart', 'on-scene', 'with-senior'] as const) {
        await expect.poll(() => button(page, `step.${step}`).isEnabled()).toBe(true);
        await button(page, `step.${step}`).tap();
      }
      await button(page, 'step.done').waitFor();
      await button(page, 'step.ask-support').tap();
      await page.getByText(t('help.known_support')).waitFor();
      await isFit('with-senior');
      await expect.poll(() => button(page, 'step.done').isEnabled()).toBe(true);
      await button(page, 'step.done').tap();
      await heading(page, 'over.done').waitFor();
      await isFit('done');
      for (const secret of [senior.name, senior.address, senior.phone]) expect(await page.content()).not.toContain(secret);
      expect(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)).toBe(0);
      const by = (await centre.fileOf(ticket)).timeline.filter(({ event }) => event === 'link_opened' || event === 'done');
      expect(new Set(by.map((entry) => entry.by)).size, 'who it was').toBe(1);
      expect(faults).toEqual([]);
    } finally {
      await context.close();
      await centre.close(ticket);
    }
  });

  it('shouts when the task is taken back, and is told to a phone that comes late', async () => {
    const { ticket, offer, token } = await asked();
    const { context, page, faults } = await phone();
    const late = await phone();
    try {
      await open(page, token);
      await button(page, 'closed.open').tap();
      await button(page, 'offer.accept').waitFor();
      await open(late.page, token);
      await button(late.page, 'closed.open').tap();
      await late.page.getByText(t('fail.elsewhere')).waitFor();
      await late.page.getByRole('link', { name: t('call.centre') }).waitFor();
      await look(late.page, `elsewhere-${lang}`);
      expect(await axeFaults(late.page)).toEqual([]);
      await expect.poll(() => button(page, 'offer.accept').isEnabled()).toBe(true);
      await button(page, 'offer.accept').tap();
      await button(page, 'step.depart').waitFor();
      await centre.withdraw(offer);
      await heading(page, 'cancelled.title').waitFor({ timeout: 20_000 });
      await page.getByText(t('over.withdrawn'), { exact: true }).waitFor();
      await look(page, `cancelled-${lang}`);
      expect(await axeFaults(page)).toEqual([]);
      expect(await overflowsAt(page, 200)).toBe(false);
      await late.page.reload();
      await button(late.page, 'closed.open').tap();
      await heading(late.page, 'cancelled.title').waitFor();
      expect([...faults, ...late.faults]).toEqual([]);
    } finally {
      await context.close();
      await late.context.close();
      await centre.close(ticket);
    }
  });

  it('keeps a tap without a signal until it is answered, and says so', async () => {
    const { ticket, token } = await asked();
    const { context, page } = await phone();
    try {
      await open(page, token);
      await button(page, 'closed.open').tap();
      await expect.poll(() => button(page, 'offer.accept').isEnabled()).toBe(true);
      await context.setOffline(true);
      await button(page, 'offer.accept').tap();
      await page.getByText(t('pending.step', { step: t('step.accept') })).waitFor();
      await page.locator('.banner-bad').waitFor({ timeout: 20_000 });
      await look(page, `no-signal-${lang}`);
      expect(await axeFaults(page)).toEqual([]);
      await context.setOffline(false);
      await button(page, 'step.depart').waitFor({ timeout: 30_000 });
      await page.locator('.banner-bad').waitFor({ state: 'detached', timeout: 20_000 });
      const accepted = (await centre.fileOf(ticket)).timeline.filter(({ event }) => event === 'accepted');
      expect(accepted).toHaveLength(1);
    } finally {
      await context.close();
      await centre.close(ticket);
    }
  });

  it('that is none, or none any more, says whom to call', async () => {
    const { context, page } = await phone();
    try {
      await open(page, 'A'.repeat(43));
      await button(page, 'closed.open').tap();
      await page.getByText(t('fail.invalid'), { exact: true }).waitFor();
      await look(page, `invalid-${lang}`);
      expect(await axeFaults(page)).toEqual([]);
      await page.goto(`${service.url}/o?lang=${lang}`);
      await page.reload();
      await page.getByText(t('fail.nobody'), { exact: true }).waitFor();
      await page.getByRole('link', { name: t('call.centre') }).waitFor();
    } finally {
      await context.close();
    }
  });
});
