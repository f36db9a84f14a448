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

/** A device with a key, from the far end of the list: the console's stories use the near one. */
function deviceOf(story: number): Device {
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').at(-1 - story);
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

function aideOf(story: number): string {
  const aide = service.people.filter(({ role }) => role === 'aide').at(-1 - story);
  if (aide === undefined) throw new Error('the demo has too few aides');
  return aide.username;
}

describe.each(['zh', 'en'] as const)("an aide's night, in %s", (lang: Lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words: Record<WordKey, string> = lang === 'zh' ? zh : en;
  let phone: Phone;
  let page: Page;
  let presses = 0;

  const button = (key: WordKey): Locator => page.getByRole('button', { name: words[key], exact: true });
  const heading = (key: WordKey): Locator => page.getByRole('heading', { name: words[key], exact: true });

  beforeAll(async () => {
    phone = await openPhone(browser, deviceOf(story));
    ({ page } = phone);
  });

  afterAll(async () => {
    await phone?.context.close();
  });

  /** Every screen is clean for axe, and fits the glass also with the text twice as large. */
  async function looksRight(screen: string): Promise<void> {
    // What is half under the foot of a page that scrolls is whole a thumb's breadth further.
    const faults = (await axeFaults(page)).filter((fault) => !fault.includes('partially obscured'));
    expect(faults, screen).toEqual([]);
    expect(await overflowsAt(page, 100), `${screen} is too wide`).toBe(false);
    expect(await overflowsAt(page, 200), `${screen} is too wide at 200 %`).toBe(false);
  }

  /** Presses the senior's key and waits until the offer is on the screen; returns ticket and offer. */
  async function offered(): Promise<{ ticket: string; offer: string }> {
    presses += 1;
    const { ticket } = await pressSos(service, deviceOf(story), `aide-${lang}-${presses}`);
    const screen = page.locator('[data-offer]');
    await screen.waitFor();
    const offer = await screen.getAttribute('data-offer');
    if (offer === null) throw new Error('the offer has no id');
    return { ticket, offer };
  }

  it('logs in, and is told when the password is wrong', async () => {
    await page.goto(`${service.url}/aide?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').fill(aideOf(story));
    await page.locator('input[autocomplete="current-password"]').fill('wrong');
    await button('login.submit').tap();
    await page.getByText(words['login.wrong']).waitFor();
    await looksRight('log-in');
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await button('login.submit').tap();
    await button('duty.go_on').waitFor();
    expect(new URL(page.url()).pathname).toBe('/aide');
    await looksRight('off duty');
  });

  it('goes on duty and shares the position', async () => {
    await button('duty.go_on').tap();
    await heading('duty.waiting').waitFor();
    await page.locator('[data-position="shared"]').waitFor();
    await looksRight('waiting');
    await page.reload();
    await heading('duty.waiting').waitFor();
  });

  it('is offered an SOS, accepts it, and goes all the way', async () => {
    const { ticket } = await offered();
    const { senior } = await centre.fileOf(ticket);
    if (senior === null) throw new Error('the senior of the demo is known');
    expect(await page.getByRole('timer').textContent()).toMatch(/\d/);
    await page.getByText(words['role.lead'], { exact: true }).waitFor();
    await looksRight('offer');

    await button('offer.accept').tap();
    const file = page.getByRole('region', { name: senior.name, exact: true });
    await file.waitFor();
    await file.getByText(senior.address).waitFor();
    if (senior.access !== '') await file.getByText(senior.access, { exact: true }).waitFor();
    expect(await file.locator('a[href^="geo:"]').count()).toBe(1);
    await looksRight('accepted');

    // A thumb that slipped is taken back, and the centre never hears of it.
    await button('step.depart').tap();
    await page.locator('[data-waiting="1"]').waitFor({ state: 'attached' });
    await looksRight('a step that is held');
    const shots = process.env['SILVERBELL_SHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/held-${lang}.png` });
    await page.locator('.actions').getByRole('button', { name: words['step.depart'] }).first().tap();
    await page.locator('[data-waiting="0"]').waitFor({ state: 'attached' });
    await button('step.depart').waitFor();
    expect((await centre.fileOf(ticket)).timeline.map(({ event }) => event)).not.toContain('departed');

    for (const step of ['step.depart', 'step.on-scene', 'step.with-senior'] as const) await button(step).tap();
    await button('step.escort').waitFor();
    await looksRight('with the senior');
    await button('step.ask-ambulance').tap();
    await page.getByText(words['help.known_ambulance']).waitFor();
    await looksRight('asked for 120');
    const folder = process.env['SILVERBELL_SHOTS'];
    if (folder !== undefined) {
      await page.locator('.help').scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${folder}/help-${lang}.png` });
    }
    const { timeline } = await centre.fileOf(ticket);
    expect(timeline.map(({ event }) => event)).toContain('help_asked');
    await button('step.done').tap();
    await heading('thanks.title').waitFor();
    await looksRight('thanks');
    await button('thanks.back').tap();
    await heading('duty.waiting').waitFor();

    const { ticket: after } = await centre.fileOf(ticket);
    expect(after.times.with_senior).not.toBeNull();
    await centre.close(ticket);
  });

  it('is told when the centre withdraws, until it is acknowledged', async () => {
    const { ticket, offer } = await offered();
    await button('offer.accept').tap();
    await button('step.depart').waitFor();
    // What only the phone knows so far would be refused, and told on a screen of its own.
    await page.locator('[data-waiting="0"]').waitFor({ state: 'attached' });
    await centre.withdraw(offer);
    await heading('cancelled.title').waitFor();
    await looksRight('cancelled');
    await button('cancelled.acknowledge').tap();
    await heading('duty.waiting').waitFor();
    await centre.close(ticket);
  });

  it('declines with a reason in two taps', async () => {
    const { ticket, offer } = await offered();
    await button('offer.decline').tap();
    await looksRight('reasons');
    await button('decline.too_far').tap();
    await heading('duty.waiting').waitFor();
    // The screen goes on at once; the centre has it when nothing waits any more.
    await page.locator('[data-waiting="0"]').waitFor({ state: 'attached' });
    const { ticket: after } = await centre.fileOf(ticket);
    expect(after.offers.find(({ id }) => id === offer)?.status).toBe('declined');
    await centre.close(ticket);
  });

  it('says so when the connection is lost, and takes up again', async () => {
    await phone.context.setOffline(true);
    await page.getByText(words['live.lost']).waitFor({ timeout: 30_000 });
    await looksRight('disconnected');
    await phone.context.setOffline(false);
    await page.getByText(words['live.lost']).waitFor({ state: 'detached', timeout: 30_000 });
  });

  it('goes off duty', async () => {
    await button('duty.go_off').tap();
    await heading('duty.off').waitFor();
    expect(phone.errors).toEqual([]);
  });
});
