import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en } from '../src/aide/words/en';
import { type WordKey, zh } from '../src/aide/words/zh';
import type { Lang } from '../src/shared/lang';
import { Centre, openPhone, overflowsAt, type Phone } from './aide-phone';
import { axeFaults, startBrowser } from './browser';
import { pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

let service: Service;
let browser: Browser;
let centre: Centre;

beforeAll(async () => {
  // Short, so that an offer can expire while somebody stands in a lift.
  [service, browser] = await Promise.all([startService({ SILVERBELL_DISPATCH_OFFER_TIMEOUT_S: '15' }), startBrowser()]);
  centre = await Centre.logIn(service);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

function doorOf(story: number): Device {
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').at(-1 - 3 * story);
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

/** Asks again and again, until it is so. */
async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 45_000; Date.now() < end; await new Promise((done) => setTimeout(done, 200))) {
    if (await isSo()) return;
  }
  throw new Error(`never so: ${what}`);
}

/** How many steps the phone keeps on its disk. */
function kept(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('silverbell-aide');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const counting = opening.result.transaction('waiting').objectStore('waiting').count();
          counting.onerror = () => reject(counting.error);
          counting.onsuccess = () => {
            opening.result.close();
            resolve(counting.result);
          };
        };
      }),
  );
}

describe.each(['zh', 'en'] as const)('a phone without signal, in %s', (lang: Lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words: Record<WordKey, string> = lang === 'zh' ? zh : en;
  let phone: Phone;
  let page: Page;
  /** The steps that the server answered to somebody who was logged in, by any page of this phone. */
  let answered: string[] = [];
  let presses = 0;

  const button = (key: WordKey, on: Page = page): Locator => on.getByRole('button', { name: words[key], exact: true });
  const heading = (key: WordKey): Locator => page.getByRole('heading', { name: words[key], exact: true });
  const waiting = (count: number, on: Page = page): Promise<void> =>
    on.locator(`[data-waiting="${count}"]`).waitFor({ state: 'attached' });
  const aide = (): string => usernameOf(service, 'aide', 10 * story);

  function listenTo(heard: Page): void {
    heard.on('response', (response) => {
      const step = /\/v1\/offers\/[^/]+\/([a-z-]+)$/.exec(response.url())?.[1];
      // Having looked at an offer is no step of a job.
      if (step === undefined || step === 'seen') return;
      if (response.request().method() === 'POST' && response.status() !== 401) answered.push(step);
    });
  }

  async function logIn(username: string): Promise<void> {
    await page.locator('input[autocomplete="username"]').fill(username);
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await button('login.submit').tap();
  }

  async function looksRight(screen: string): Promise<void> {
    // What is half under the foot of a page that scrolls is whole a thumb's breadth further.
    const faults = (await axeFaults(page)).filter((fault) => !fault.includes('partially obscured'));
    expect(faults, screen).toEqual([]);
    expect(await overflowsAt(page, 100), `${screen} is too wide`).toBe(false);
    expect(await overflowsAt(page, 200), `${screen} is too wide at 200 %`).toBe(false);
    const folder = process.env['SILVERBELL_SHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${screen}-${lang}.png` });
  }

  async function offered(): Promise<{ ticket: string; offer: string }> {
    presses += 1;
    const { ticket } = await pressSos(service, doorOf(story), `offline-${lang}-${presses}`);
    const screen = page.locator('[data-offer]');
    await screen.waitFor();
    const offer = await screen.getAttribute('data-offer');
    if (offer === null) throw new Error('the offer has no id');
    answered = [];
    return { ticket, offer };
  }

  /** An offer that was accepted while there was a signal. */
  async function engaged(): Promise<{ ticket: string; offer: string }> {
    const work = await offered();
    await button('offer.accept').tap();
    await button('step.depart').waitFor();
    await waiting(0);
    return work;
  }

  /** How often something happened on a ticket, in the order it happened. */
  async function history(ticket: string, events: readonly string[]): Promise<string[]> {
    const { timeline } = await centre.fileOf(ticket);
    return timeline.map(({ event }) => event).filter((event) => events.includes(event));
  }

  async function finish({ ticket, offer }: { ticket: string; offer: string }): Promise<void> {
    await centre.withdraw(offer);
    await centre.close(ticket);
    await button('cancelled.acknowledge').tap();
    await heading('duty.waiting').waitFor();
  }

  beforeAll(async () => {
    phone = await openPhone(browser, doorOf(story));
    ({ page } = phone);
    listenTo(page);
    await page.goto(`${service.url}/aide?lang=${lang}`);
    await logIn(aide());
    await button('duty.go_on').tap();
    await heading('duty.waiting').waitFor();
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  });

  afterAll(async () => {
    await phone?.context.close();
  });

  it('tells the truth about an offer that was accepted in the lift and expired meanwhile', async () => {
    const { ticket, offer } = await offered();
    await phone.context.setOffline(true);
    await button('offer.accept').tap();
    await waiting(1);
    await button('step.depart').tap();
    await waiting(2);
    await looksRight('accepted-unsent');
    await until(async () => (await centre.fileOf(ticket)).ticket.offers.find(({ id }) => id === offer)?.status === 'expired', 'expired');
    // The centre asks the same aide again meanwhile: that offer is withdrawn with the ticket, and says so first.
    await centre.close(ticket);
    await phone.context.setOffline(false);
    await until(async () => {
      if ((await page.locator('main.cancelled').count()) > 0) await button('cancelled.acknowledge').tap();
      return (await page.locator('[data-refused="expired"]').count()) > 0;
    }, 'the truth is told');
    await page.locator('[data-dropped="1"]').waitFor();
    await looksRight('refused');
    // It outlives the page until it has been read.
    await page.reload();
    await button('cancelled.acknowledge').tap();
    await heading('duty.waiting').waitFor();
    await waiting(0);
    expect(answered).toEqual(['accept']);
  });

  it('keeps the file and the steps over a reload without signal, and sends each once and in order', async () => {
    const { ticket } = await engaged();
    const { senior } = await centre.fileOf(ticket);
    if (senior === null) throw new Error('the senior of the demo is known');
    await phone.context.setOffline(true);
    for (const step of ['step.depart', 'step.on-scene', 'step.with-senior'] as const) await button(step).tap();
    await waiting(3);
    // On the screen at once, and on the disk a moment later.
    await until(async () => (await kept(page)) === 3, 'the steps are kept');
    await page.reload();
    await page.getByRole('region', { name: senior.name, exact: true }).waitFor();
    await button('step.escort').waitFor();
    await waiting(3);
    await page.getByText(words['live.lost']).waitFor();
    await looksRight('opened-offline');
    await phone.context.setOffline(false);
    await waiting(0);
    expect(answered).toEqual(['accept', 'depart', 'on-scene', 'with-senior']);
    const events = ['departed', 'on_scene', 'with_senior'];
    expect(await history(ticket, events)).toEqual(events);
    await button('step.done').tap();
    await button('thanks.back').tap();
    await centre.close(ticket);
  });

  it('sends a step once when the page dies between sending it and hearing of it', async () => {
    const work = await engaged();
    const { ticket } = work;
    let reached = false;
    await page.route('**/depart', async (route) => {
      await route.fetch();
      reached = true;
      await route.abort();
    });
    await button('step.depart').tap();
    await until(async () => reached, 'the server got it');
    await page.reload();
    await page.unroute('**/depart');
    await button('step.on-scene').waitFor();
    await waiting(0);
    expect(await history(ticket, ['departed'])).toEqual(['departed']);
    await finish(work);
  });

  it('sends a step once from two pages', async () => {
    const work = await engaged();
    const { ticket } = work;
    const second = await phone.context.newPage();
    listenTo(second);
    await second.goto(`${service.url}/aide?lang=${lang}`);
    await button('step.depart', second).waitFor();
    answered = [];
    await phone.context.setOffline(true);
    await button('step.depart').tap();
    await waiting(1);
    await phone.context.setOffline(false);
    await waiting(0);
    await button('step.on-scene', second).waitFor();
    await second.close();
    expect(answered).toEqual(['depart']);
    expect(await history(ticket, ['departed'])).toEqual(['departed']);
    await finish(work);
  });

  it('never sends the steps of one aide for another, and sends them when the first is back', async () => {
    const work = await engaged();
    answered = [];
    await phone.context.setOffline(true);
    await button('step.depart').tap();
    await waiting(1);
    await phone.context.clearCookies();
    await phone.context.setOffline(false);
    await logIn(usernameOf(service, 'aide', 10 * story + 1));
    await button('duty.go_on').waitFor();
    await waiting(0);
    await page.reload();
    await button('duty.go_on').waitFor();
    expect(answered).toEqual([]);
    await phone.context.clearCookies();
    await page.reload();
    await logIn(aide());
    await button('step.on-scene').waitFor();
    await waiting(0);
    expect(answered).toEqual(['depart']);
    await finish(work);
    expect(phone.errors).toEqual([]);
  });

  it('(h) is empty as soon as somebody logs out, and the session ends with the next signal', async () => {
    await button('duty.go_off').tap();
    await phone.context.setOffline(true);
    await button('login.logout').tap();
    await button('login.submit').waitFor();
    await page.reload();
    await button('login.submit').waitFor();
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    expect(kept).not.toContain('silverbell.aide.person');
    await looksRight('logged-out');
    await phone.context.setOffline(false);
    await until(async () => (await page.evaluate(async () => (await fetch('/v1/session')).status)) === 401, 'the session ends');
    await page.reload();
    await button('login.submit').waitFor();
    await logIn(aide());
    await button('duty.go_on').waitFor();
    expect(phone.errors).toEqual([]);
  });
});
