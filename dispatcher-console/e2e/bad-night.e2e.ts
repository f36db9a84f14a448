import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en } from '../src/aide/words/en';
import { type WordKey, zh } from '../src/aide/words/zh';
import type { Lang } from '../src/shared/lang';
import { Centre, openPhone, overflowsAt, type Phone } from './aide-phone';
import { axeFaults, startBrowser } from './browser';
import { startLossyProxy } from './lossy-proxy';
import { AidePhone, pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

const HOUR_MS = 3_600_000;
const OFFER_TIMEOUT_S = 120;
/** A whole job with a network that falls silent again and again. */
const LOSSY_MS = 300_000;
const LOSSY_JOBS = 2;

let service: Service;
let browser: Browser;
let centre: Centre;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'silverbell-bad-night-'));
  [service, browser] = await Promise.all([
    // Long, so that no story depends on how fast the machine is; and two are asked for one place.
    startService({
      SILVERBELL_DISPATCH_OFFER_TIMEOUT_S: String(OFFER_TIMEOUT_S),
      SILVERBELL_DISPATCH_ACCEPT_TARGET_PCT: '99',
      SILVERBELL_DISPATCH_AT_ONCE_MAX: '2',
    }),
    startBrowser(),
  ]);
  centre = await Centre.logIn(service);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const doorsTaken: Record<Lang, number> = { zh: 0, en: 0 };

/** A door nobody stood at yet, from the far end of the list; each language has neighbours of the other's. */
function nextDoor(lang: Lang): Device {
  doorsTaken[lang] += 1;
  const last = -3 * doorsTaken[lang] + (lang === 'zh' ? 0 : 1);
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').at(last);
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

const aidesTaken: Record<Lang, number> = { zh: 0, en: 0 };

/** An aide of whom nobody knew yet. */
function nextAide(lang: Lang): string {
  aidesTaken[lang] += 1;
  return usernameOf(service, 'aide', 2 * aidesTaken[lang] + (lang === 'zh' ? 0 : 1));
}

async function logInOf(username: string): Promise<string> {
  const response = await fetch(`${service.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: service.password }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (!response.ok || cookie === undefined) throw new Error(`log-in of ${username}: ${response.status}`);
  return cookie;
}

/** Nobody of a story that went wrong, or whose network did, is asked in the next one. */
async function offDuty(username: string): Promise<void> {
  const headers = { cookie: await logInOf(username), 'content-type': 'application/json' };
  const body = JSON.stringify({ on_duty: false, travel: 'ebike' });
  const response = await fetch(`${service.url}/v1/me/duty`, { method: 'PUT', headers, body });
  if (!response.ok) throw new Error(`duty of ${username}: ${response.status}`);
}

/** Asks again and again, until it is so. */
async function until(isSo: () => Promise<boolean>, what: string, patience_ms = 60_000): Promise<void> {
  for (const end = Date.now() + patience_ms; Date.now() < end; await new Promise((done) => setTimeout(done, 200))) {
    if (await isSo()) return;
  }
  throw new Error(`never so: ${what}`);
}

describe.each(['zh', 'en'] as const)('a bad night, in %s', (lang: Lang) => {
  const words: Record<WordKey, string> = lang === 'zh' ? zh : en;
  const button = (page: Page, key: WordKey): Locator => page.getByRole('button', { name: words[key], exact: true });
  const heading = (page: Page, key: WordKey): Locator => page.getByRole('heading', { name: words[key], exact: true });
  const waiting = (page: Page, count: number, timeout?: number): Promise<void> =>
    page.locator(`[data-waiting="${count}"]`).waitFor({ state: 'attached', ...(timeout === undefined ? {} : { timeout }) });

  async function looksRight(page: Page, screen: string): Promise<void> {
    // What is half under the foot of a page that scrolls is whole a thumb's breadth further.
    const faults = (await axeFaults(page)).filter((fault) => !fault.includes('partially obscured'));
    expect(faults, screen).toEqual([]);
    expect(await overflowsAt(page, 100), `${screen} is too wide`).toBe(false);
    expect(await overflowsAt(page, 200), `${screen} is too wide at 200 %`).toBe(false);
    const shots = process.env['SILVERBELL_SHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/${screen}-${lang}.png` });
  }

  async function fillIn(page: Page, username: string): Promise<void> {
    await page.locator('input[autocomplete="username"]').fill(username);
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await button(page, 'login.submit').tap();
  }

  /** Opens the page and logs in; `url` where it is not reached directly. */
  async function logIn({ page }: Phone, username: string, url = service.url, patience_ms = 30_000): Promise<void> {
    await page.goto(`${url}/aide?lang=${lang}`, { timeout: patience_ms });
    await fillIn(page, username);
    await button(page, 'duty.go_on').waitFor({ timeout: patience_ms });
  }

  /** A phone on duty a few steps from a door. */
  async function onDuty(door: Device, aide = nextAide(lang)): Promise<Phone> {
    const phone = await openPhone(browser, door);
    await logIn(phone, aide);
    await button(phone.page, 'duty.go_on').tap();
    await phone.page.locator('[data-position="shared"]').waitFor();
    return phone;
  }

  /** Nobody of this story is asked in the next one. */
  async function goHome(...phones: Phone[]): Promise<void> {
    for (const { context, page, errors } of phones) {
      await page.evaluate(async () => {
        const body = JSON.stringify({ on_duty: false, travel: 'ebike' });
        await fetch('/v1/me/duty', { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
      });
      await context.close();
      expect(errors).toEqual([]);
    }
  }

  async function offered(page: Page, door: Device, id: string, patience_ms = 30_000): Promise<{ ticket: string; offer: string }> {
    const { ticket } = await pressSos(service, door, `${id}-${lang}`);
    const screen = page.locator('[data-offer]');
    await screen.waitFor({ timeout: patience_ms });
    const offer = await screen.getAttribute('data-offer');
    if (offer === null) throw new Error('the offer has no id');
    return { ticket, offer };
  }

  /** How often something happened on a ticket, in the order it happened. */
  async function history(ticket: string, events: readonly string[]): Promise<string[]> {
    const { timeline } = await centre.fileOf(ticket);
    return timeline.map(({ event }) => event).filter((event) => events.includes(event));
  }

  async function finish(page: Page, { ticket, offer }: { ticket: string; offer: string }): Promise<void> {
    await centre.withdraw(offer);
    await centre.close(ticket);
    await button(page, 'cancelled.acknowledge').tap();
    await heading(page, 'duty.waiting').waitFor();
  }

  /** The positions that a phone sends from now on. */
  function sentBy(page: Page): { lat: number; at: string }[] {
    const sent: { lat: number; at: string }[] = [];
    page.on('request', (request) => {
      if (!request.url().endsWith('/v1/me/positions')) return;
      sent.push(...(request.postDataJSON() as { positions: { lat: number; at: string }[] }).positions);
    });
    return sent;
  }

  it('two accept the same place at once: one gets it, and the other is told so', async () => {
    const door = nextDoor(lang);
    // The lead is taken already, so that the two are asked for the same place.
    const lead = await AidePhone.logIn(service, nextAide(lang));
    await lead.standBy(door);
    const { ticket } = await pressSos(service, door, `both-${lang}`);
    await lead.accept((await lead.offerOf(ticket)).offer.id);
    const phones = [await openPhone(browser, door), await openPhone(browser, door)] as const;
    for (const phone of phones) {
      await logIn(phone, nextAide(lang));
      await button(phone.page, 'duty.go_on').tap();
    }
    const pages = phones.map(({ page }) => page);
    for (const page of pages) await page.locator('[data-position="shared"], [data-offer]').first().waitFor();
    // Whoever comes on duty is asked beside another when the ticket is looked at the next time, which may be in a minute.
    await centre.note(ticket, 'two more are there');
    const offers: (string | null)[] = [];
    for (const page of pages) {
      await page.locator('[data-offer]').waitFor();
      offers.push(await page.locator('[data-offer]').getAttribute('data-offer'));
    }
    // Neither is let go before both have tapped.
    let tapped = 0;
    let letGo = (): void => undefined;
    const both = new Promise<void>((go) => (letGo = go));
    for (const page of pages)
      await page.route('**/accept', async (route) => {
        tapped += 1;
        if (tapped === 2) letGo();
        await both;
        await route.continue();
      });
    for (const page of pages) await button(page, 'offer.accept').tap();
    const isTold = (page: Page): Promise<boolean> => page.getByText(words['now.taken']).isVisible();
    await until(async () => (await isTold(pages[0] as Page)) || (await isTold(pages[1] as Page)), 'one of them is told');
    const loser = (await isTold(pages[0] as Page)) ? 0 : 1;
    const [first, second] = loser === 0 ? [phones[1], phones[0]] : phones;
    await button(first.page, 'step.on-scene').or(button(first.page, 'step.depart')).waitFor();
    await waiting(first.page, 0);
    await looksRight(second.page, 'taken');
    expect(tapped).toBe(2);
    const { ticket: after } = await centre.fileOf(ticket);
    expect(after.offers.find(({ id }) => id === offers[1 - loser])?.status).toBe('accepted');
    expect(after.offers.find(({ id }) => id === offers[loser])).toMatchObject({ status: 'withdrawn', withdrawn_why: 'place_taken' });
    expect(await history(ticket, ['accepted']), 'the lead and one of the two').toEqual(['accepted', 'accepted']);
    await button(second.page, 'cancelled.acknowledge').tap();
    await heading(second.page, 'duty.waiting').waitFor();
    await centre.close(ticket);
    await button(first.page, 'cancelled.acknowledge').tap();
    await lead.leave();
    await goHome(...phones);
  });

  it('nobody reads or steps the offer of another aide, and the page says so', async () => {
    const door = nextDoor(lang);
    const aide = nextAide(lang);
    const phone = await onDuty(door, aide);
    const { page } = phone;
    const work = await offered(page, door, 'stranger');
    await button(page, 'offer.accept').tap();
    await button(page, 'step.depart').waitFor();
    await waiting(page, 0);
    const before = await centre.fileOf(work.ticket);

    const stranger = await logInOf(nextAide(lang));
    const asked = await fetch(`${service.url}/v1/offers/${work.offer}`, { headers: { cookie: stranger } });
    expect(asked.status).toBe(403);
    // Not even in the words of a refusal.
    expect(await asked.text()).not.toContain(before.senior?.name);
    for (const step of ['accept', 'decline', 'depart', 'on-scene', 'with-senior', 'escort', 'done', 'safe']) {
      const headers = { cookie: stranger, 'content-type': 'application/json', 'idempotency-key': `stranger-${lang}-${step}` };
      const answer = await fetch(`${service.url}/v1/offers/${work.offer}/${step}`, { method: 'POST', headers, body: '{}' });
      expect(answer.status, step).toBe(403);
    }
    const after = await centre.fileOf(work.ticket);
    expect(after.ticket.offers).toEqual(before.ticket.offers);

    // The browser sends another's cookie, behind the page's back: the step is no other's, and waits.
    const [name = '', value = ''] = stranger.split('=');
    await phone.context.addCookies([{ name, value, url: service.url }]);
    await button(page, 'step.depart').tap();
    await page.getByText(words['login.ended']).waitFor();
    await looksRight(page, 'not-yours');
    expect(await history(work.ticket, ['departed'])).toEqual([]);
    await phone.context.clearCookies();
    await fillIn(page, aide);
    await button(page, 'step.on-scene').waitFor();
    await waiting(page, 0);
    expect(await history(work.ticket, ['departed'])).toEqual(['departed']);
    await finish(page, work);
    await goHome(phone);
  });

  it('a phone whose clock is wrong by an hour counts down and dates as the centre does', async () => {
    const door = nextDoor(lang);
    const phone = await openPhone(browser, door);
    const { page } = phone;
    await page.clock.setSystemTime(Date.now() + (lang === 'zh' ? HOUR_MS : -HOUR_MS));
    const sent = sentBy(page);
    await logIn(phone, nextAide(lang));
    await button(page, 'duty.go_on').tap();
    await page.locator('[data-position="shared"]').waitFor();
    expect(Math.abs(await page.evaluate(() => Date.now()) - Date.now())).toBeGreaterThan(HOUR_MS / 2);
    expect(Math.abs(Date.parse(sent[0]?.at ?? '') - Date.now())).toBeLessThan(HOUR_MS / 2);

    const work = await offered(page, door, 'clock');
    const left_s = async (): Promise<number> => Number(/\d+/.exec((await page.getByRole('timer').textContent()) ?? '')?.[0]);
    for (const read of ['the first time', 'after a reload without a heartbeat']) {
      await page.locator('[data-offer]').waitFor();
      // What was drawn before the first answer is drawn anew within a second.
      await until(async () => (await left_s()) <= OFFER_TIMEOUT_S + 1, `the time is right ${read}`);
      const left = await left_s();
      expect(left, read).toBeGreaterThan(0);
      // The first answer tells the time to the second.
      expect(left, read).toBeLessThanOrEqual(OFFER_TIMEOUT_S + 1);
      await page.routeWebSocket('**/v1/live*', (socket) => {
        socket.connectToServer().onMessage((message) => {
          if (!String(message).includes('"type":"heartbeat"')) socket.send(message);
        });
      });
      if (read === 'the first time') await page.reload();
    }
    await button(page, 'offer.accept').tap();
    await button(page, 'step.depart').waitFor();
    await waiting(page, 0);
    const { ticket } = await centre.fileOf(work.ticket);
    const times = ticket.offers.find(({ id }) => id === work.offer);
    expect(Math.abs(Date.parse(times?.accepted_at ?? '') - Date.now())).toBeLessThan(HOUR_MS / 2);
    // The alarm is seconds or minutes old, not hours.
    expect(await page.locator('main').textContent()).not.toMatch(lang === 'zh' ? /\d+ 小时前/ : /\d+ h ago/);
    await looksRight(page, 'wrong-clock');
    await finish(page, work);
    await goHome(phone);
  });

  it('a GPS that jumps 5 km and back sends nobody astray, and says so; one that stays there is believed', async () => {
    const door = nextDoor(lang);
    const phone = await onDuty(door);
    const { page, context } = phone;
    const here = { latitude: Number(door.lat) + 0.001, longitude: Number(door.lon), accuracy: 12 };
    const far = { ...here, latitude: here.latitude + 0.045 };
    const sent = sentBy(page);
    await context.setGeolocation(far);
    await page.locator('[data-position="doubted"]').waitFor();
    await page.getByText(words['position.doubted_help']).waitFor();
    await looksRight(page, 'jumped');
    await context.setGeolocation(here);
    await page.locator('[data-position="shared"]').waitFor();
    expect(sent.filter(({ lat }) => Math.abs(lat - here.latitude) > 0.001)).toEqual([]);
    await context.setGeolocation(far);
    await page.locator('[data-position="doubted"]').waitFor();
    await until(async () => Math.abs((sent.at(-1)?.lat ?? 0) - far.latitude) < 0.001, 'it is believed', 120_000);
    await page.locator('[data-position="shared"]').waitFor();
    await goHome(phone);
  }, 180_000);

  it('goes on duty without the permission for its position, says what that means, and takes it up when it is given', async () => {
    const door = nextDoor(lang);
    const phone = await openPhone(browser, door);
    const { page, context } = phone;
    await context.clearPermissions();
    await logIn(phone, nextAide(lang));
    await button(page, 'duty.go_on').tap();
    await heading(page, 'duty.waiting').waitFor();
    await page.locator('[data-position="blocked"]').waitFor();
    await page.getByText(words['position.denied'], { exact: true }).waitFor();
    await page.getByText(words['position.denied_help']).waitFor();
    await looksRight(page, 'position-refused');
    await context.grantPermissions(['geolocation']);
    await button(page, 'position.retry').tap();
    await page.locator('[data-position="shared"]').waitFor();
    await goHome(phone);
  });

  it('photos of 40 MB and of other types: what can be made small is sent, all else is told at once', async () => {
    const door = nextDoor(lang);
    const phone = await onDuty(door);
    const { page } = phone;
    const work = await offered(page, door, 'photo');
    await button(page, 'offer.accept').tap();
    await button(page, 'step.depart').waitFor();
    const sent: number[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().includes('/photos')) sent.push(request.postDataBuffer()?.length ?? 0);
    });
    const choose = (path: string): Promise<void> => page.locator('.photo-buttons input').first().setInputFiles(path);
    const written = (name: string, bytes: Buffer): string => {
      const path = join(folder, `${lang}-${name}`);
      writeFileSync(path, bytes);
      return path;
    };
    const picture = Buffer.from(
      await page.evaluate(async () => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 3000, height: 2000 });
        canvas.getContext('2d')?.fillRect(300, 200, 900, 1500);
        const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg'));
        return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
      }),
    );

    await choose(written('video.jpg', Buffer.alloc(40_000_000, 7)));
    await page.getByText(words['photo.too_large']).scrollIntoViewIfNeeded();
    await looksRight(page, 'photo-too-large');
    expect(sent, 'nothing travelled').toEqual([]);
    expect(await button(page, 'send.retry').count()).toBe(0);

    await choose(written('letter.jpg', Buffer.from('Dear mother, this is no picture.')));
    await page.getByText(words['photo.no_picture']).scrollIntoViewIfNeeded();
    await looksRight(page, 'photo-of-nothing');
    expect(await button(page, 'send.retry').count()).toBe(0);

    // Behind its end a picture may carry anything; cameras put films there.
    sent.length = 0;
    await choose(written('door.jpg', Buffer.concat([picture, Buffer.alloc(40_000_000, 7)])));
    await page.getByText(words['photo.sent'].replace('{n}', '1')).waitFor();
    expect(await page.getByText(words['photo.no_picture']).count()).toBe(0);
    const { ticket } = await centre.fileOf(work.ticket);
    expect(ticket.photos).toHaveLength(1);
    expect(ticket.photos[0]?.bytes).toBeLessThan(1_000_000);
    await finish(page, work);
    await goHome(phone);
  });

  // What a network does is the same in every language, and takes two minutes.
  if (lang === 'zh') {
    it(
      'a network that loses 3 % of its packets delivers every step once and in order',
      async () => {
        const proxy = await startLossyProxy(service.url);
        const door = nextDoor(lang);
        const phone = await openPhone(browser, door);
        const { page } = phone;
        const aide = nextAide(lang);
        page.setDefaultTimeout(LOSSY_MS / 3);
        try {
          await until(async () => logIn(phone, aide, proxy.url).then(() => true, () => false), 'logged in', LOSSY_MS / 3);
          await button(page, 'duty.go_on').tap();
          await until(async () => {
            // Duty is no step: whoever sees that it was not sent taps again.
            if (await button(page, 'duty.go_on').isEnabled({ timeout: 500 }).catch(() => false)) await button(page, 'duty.go_on').tap({ timeout: 1_000 }).catch(() => undefined);
            return page.locator('[data-position="shared"]').isVisible();
          }, 'on duty', LOSSY_MS / 3);
          for (let job = 0; job < LOSSY_JOBS; job += 1) {
            const { ticket } = await offered(page, door, `lossy-${job}`, LOSSY_MS / 3);
            await button(page, 'offer.accept').tap();
            for (const step of ['step.depart', 'step.on-scene', 'step.with-senior', 'step.done'] as const) await button(page, step).tap();
            await waiting(page, 0, LOSSY_MS / 3);
            // Thanks are short, and come by the feed while the answer is still on its way.
            await until(async () => {
              if (await button(page, 'thanks.back').isVisible()) await button(page, 'thanks.back').tap({ timeout: 2_000 }).catch(() => undefined);
              return heading(page, 'duty.waiting').isVisible();
            }, 'back on duty', LOSSY_MS / 3);
            const events = ['accepted', 'departed', 'on_scene', 'with_senior', 'done'];
            expect(await history(ticket, events), `job ${job}`).toEqual(events);
            await centre.close(ticket);
          }
          const { late, cut } = proxy.lost();
          expect(late).toBeGreaterThan(0);
          expect(cut).toBeGreaterThan(0);
        } finally {
          await phone.context.close();
          await proxy.stop();
          await offDuty(aide);
        }
      },
      LOSSY_MS,
    );
  }
});
