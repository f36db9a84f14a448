import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { en as enAide } from '../src/aide/words/en';
import { zh as zhAide } from '../src/aide/words/zh';
import { en as enCard } from '../src/card/words/en';
import { zh as zhCard } from '../src/card/words/zh';
import { en, zh } from '../src/console/i18n/languages';
import type { Ticket } from '../src/generated/Ticket';
import { openPhone, overflowsAt, type Phone } from './aide-phone';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { AidePhone, pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

const WORDS = { zh: { desk: zh, card: zhCard, aide: zhAide }, en: { desk: en, card: enCard, aide: enAide } };

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** A device with a key, each of another senior: signals of one senior would join one ticket. */
function deviceOf(index: number): Device {
  const ofSenior = new Map(
    service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').map((device) => [device.senior_id, device]),
  );
  const device = [...ofSenior.values()][index];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

/** Posts as whoever is logged in on this page. */
async function post<T>(page: Page, path: string, body: object = {}): Promise<T> {
  const response = await page.request.post(service.url + path, { data: body });
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
  return (await response.json()) as T;
}

async function logIn(page: Page, username: string, submit: string): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.getByRole('button', { name: submit, exact: true }).click();
}

describe.each(['zh', 'en'] as const)('after the door, in %s', (lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words = WORDS[lang];
  let watched: WatchedPage;
  let desk: Page;

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    desk = watched.page;
    await desk.goto(`${service.url}/?lang=${lang}`);
    await logIn(desk, usernameOf(service, 'operator', story), words.desk.login.submit);
    await desk.locator('.connection.live').waitFor();
  });

  afterAll(async () => {
    await desk?.context().close();
  });

  // Whatever became of a story, the next one finds nobody busy.
  afterEach(async () => {
    const open = await desk.request.get(`${service.url}/v1/tickets?status=open`);
    for (const { id, kind } of ((await open.json()) as { items: Ticket[] }).items)
      if (kind !== 'equipment') await post(desk, `/v1/tickets/${id}/close`, { outcome: 'test' });
  });

  /** Opens a ticket whose senior somebody is at the door of, and shows its file. */
  async function atTheDoor(door: Device, id: string): Promise<string> {
    const aide = await AidePhone.logIn(service, usernameOf(service, 'aide', story));
    await aide.standBy(door);
    const { ticket } = await pressSos(service, door, id);
    const { offer } = await aide.offerOf(ticket);
    await aide.accept(offer.id);
    await post(desk, `/v1/tickets/${ticket}/answer`);
    await post(desk, `/v1/offers/${offer.id}/on-scene`, { by: 'phone' });
    await desk.locator(`[data-ticket="${ticket}"]`).click();
    await desk.locator('.handover').waitFor();
    return ticket;
  }

  it('the steps of the hand-over stay in their cards, on a small and on a large screen', async () => {
    await atTheDoor(deviceOf(8 + story), `after-steps-${lang}`);
    for (const [width, height] of [[1366, 768], [1920, 1080]] as const) {
      await desk.setViewportSize({ width, height });
      const steps = desk.locator('.handover-steps li');
      expect(await steps.count()).toBe(3);
      const beyond = await steps.evaluateAll((cards) =>
        cards.map((card) => {
          const { right } = card.getBoundingClientRect();
          return [...card.querySelectorAll('*')].some((part) => part.getBoundingClientRect().right > right + 0.5);
        }),
      );
      expect(beyond, `${width}`).toEqual([false, false, false]);
    }
    await desk.setViewportSize({ width: 1366, height: 768 });
  });

  it('a link opens the card for whoever has it, until it is taken back', async () => {
    await atTheDoor(deviceOf(story), `after-link-${lang}`);
    await desk.locator('.handover').getByRole('button', { name: words.desk.handover.makeLink, exact: true }).click();
    const dialog = desk.getByRole('dialog');
    expect(await axeFaults(desk)).toEqual([]);
    await dialog.getByRole('button', { name: words.desk.handover.makeLink, exact: true }).click();
    const url = await dialog.locator('input[readonly]').inputValue();
    expect(url).toMatch(new RegExp(`^${service.url}/card#.+`));
    expect(await axeFaults(desk)).toEqual([]);
    await dialog.locator('.dialog-buttons').getByRole('button', { name: words.desk.dialog.closeWindow }).click();
    await desk.locator('[data-link][data-state="valid"]').waitFor();
    // Shown once: nothing of the secret stays on the page.
    expect(await desk.content()).not.toContain(url.split('.').at(-1));

    const outside = await openPage(browser, service.url);
    const { page } = outside;
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto(url.replace('/card#', `/card?lang=${lang}#`));
    await page.locator('.sheet').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    const name = await desk.locator('.file-who h2').textContent();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(name);
    expect(await page.locator('.part-where .text').count()).toBeGreaterThan(0);
    expect(await page.locator('body').innerText()).not.toMatch(/undefined|null|NaN/);
    expect(await page.locator('.part h2:empty, .part div:empty').count()).toBe(0);
    expect(await page.locator('a[href^="tel:"]').count()).toBeGreaterThan(0);
    expect(await axeFaults(page)).toEqual([]);
    expect(await overflowsAt(page, 100)).toBe(false);
    expect(await overflowsAt(page, 200)).toBe(false);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);

    // A reload has no secret any more, and says what to do.
    await page.reload();
    await page.locator('[data-failure="nobody"]').waitFor();

    const row = desk.locator('[data-link][data-state="valid"]');
    await row.getByText(words.desk.handover.readings.replace('{{number}}', '1')).waitFor();
    await row.getByRole('button').click();
    await desk.locator('[data-link][data-state="revoked"]').waitFor();
    await page.goto('about:blank');
    await page.goto(url.replace('/card#', `/card?lang=${lang}#`));
    await page.getByText(words.card['fail.invalid'], { exact: true }).waitFor();
    await page.getByText(words.card['fail.invalid_help'], { exact: true }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(outside.foreign).toEqual([]);
    expect(outside.errors).toEqual([]);
    await page.context().close();
  });

  it('the card of the desk opens in a tab of its own, and only for who is logged in', async () => {
    const ticket = await atTheDoor(deviceOf(2 + story), `after-card-${lang}`);
    const [card] = await Promise.all([
      desk.context().waitForEvent('page'),
      desk.getByRole('link', { name: words.desk.handover.card, exact: true }).click(),
    ]);
    await card.locator('.sheet').waitFor();
    expect(await axeFaults(card)).toEqual([]);
    await card.close();
    const { page } = await openPage(browser, service.url);
    await page.goto(`${service.url}/card?ticket=${ticket}&lang=${lang}`);
    await page.getByText(words.card['fail.logIn'], { exact: true }).waitFor();
    expect(await page.locator('a[href="/"]').count()).toBe(1);
    await page.context().close();
  });

  it('who was helped is called back, from a list of their own', async () => {
    const ticket = await atTheDoor(deviceOf(4 + story), `after-call-${lang}`);
    await post(desk, `/v1/tickets/${ticket}/close`, { outcome: 'helped' });
    await desk.getByRole('radio', { name: words.desk.callBack.tab }).click();
    const row = desk.locator(`[data-call-back="${ticket}"]`);
    await row.waitFor();
    await row.click();
    const form = desk.locator('.call-back');
    await form.getByText(words.desk.callBackResult.no_answer, { exact: true }).click();
    expect(await form.getByText(words.desk.callBack.grade).count()).toBe(0);
    expect(await axeFaults(desk)).toEqual([]);
    await form.getByRole('button', { name: words.desk.callBack.save }).click();
    await row.getByText(words.desk.callBack.triedOf.replace('{{number}}', '1').replace('{{attempts}}', '3')).waitFor();
    await form.getByText(words.desk.callBackResult.reached, { exact: true }).click();
    await form.getByText(words.desk.grade['5'], { exact: true }).click();
    await form.getByRole('button', { name: words.desk.callBack.save }).click();
    // Reached: the next call is a week away, and off the list of the day.
    await row.waitFor({ state: 'detached' });
    await desk.getByRole('radio', { name: words.desk.queue.open, exact: true }).click();
  });

  it('a death is signed by a second person', async () => {
    const ticket = await atTheDoor(deviceOf(6 + story), `after-death-${lang}`);
    await desk.locator('.handover').getByRole('button', { name: words.desk.death.state }).click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByText(words.desk.target['120'], { exact: true }).click();
    await dialog.getByLabel(words.desk.death.reference).fill('林医生 3021');
    expect(await axeFaults(desk)).toEqual([]);
    await dialog.getByRole('button', { name: words.desk.death.submit, exact: true }).click();
    await desk.locator('[data-death="waits"]').waitFor();
    expect(await desk.getByRole('button', { name: words.desk.death.sign, exact: true }).count()).toBe(0);

    const { page: second } = await openPage(browser, service.url);
    await second.goto(`${service.url}/?lang=${lang}`);
    await logIn(second, usernameOf(service, 'operator', 1 - story), words.desk.login.submit);
    await second.locator(`[data-ticket="${ticket}"]`).click();
    await second.locator('[data-death="sign"]').getByRole('button').click();
    await second.getByText(words.desk.death.follows).waitFor();
    await second.getByRole('dialog').getByRole('button', { name: words.desk.death.sign, exact: true }).click();
    await second.locator('[data-death="signed"]').waitFor();
    await desk.locator('[data-death="signed"]').waitFor();
    expect(await axeFaults(second)).toEqual([]);
    await second.context().close();
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });

  describe('an aide in danger', () => {
    let phone: Phone;

    beforeAll(async () => {
      phone = await openPhone(browser, deviceOf(8 + story));
    });

    afterAll(async () => {
      await phone?.context.close();
    });

    it('holds the SOS, is told that the centre has it, and stands on the console by name', async () => {
      const { page } = phone;
      await page.goto(`${service.url}/aide?lang=${lang}`);
      await logIn(page, usernameOf(service, 'aide', 4 + story), words.aide['login.submit']);
      await page.getByRole('button', { name: words.aide['duty.go_on'], exact: true }).waitFor();
      expect(await page.locator('[data-sos]').count()).toBe(0);
      await page.getByRole('button', { name: words.aide['duty.go_on'], exact: true }).tap();
      await page.locator('[data-position="shared"]').waitFor();

      // A tap of a pocket sends nothing, and says what to do.
      const sos = page.locator('.sos-button');
      await sos.tap();
      await page.getByText(words.aide['sos.hold_longer']).waitFor();
      await page.waitForTimeout(1_200);
      await page.locator('[data-sos="none"]').waitFor();

      // Without a network it is not called received.
      await phone.context.setOffline(true);
      await hold(page);
      await page.locator('[data-sos="sending"]').waitFor();
      await page.waitForTimeout(1_500);
      expect(await page.locator('[data-sos="received"]').count()).toBe(0);
      await phone.context.setOffline(false);
      await page.locator('[data-sos="received"]').waitFor({ timeout: 20_000 });
      // What lies half beneath the bar at the foot is reached by scrolling.
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      expect(await axeFaults(page)).toEqual([]);
      expect(await overflowsAt(page, 200)).toBe(false);

      const row = desk.locator('[data-distress="true"]');
      await row.waitFor();
      await row.click();
      const heading = words.desk.distress.name.replace('{{name}}', '');
      expect(await row.locator('.name').textContent()).toContain(heading.trim());
      await desk.getByText(words.desk.distress.hint).waitFor();
      expect(await desk.getByText(words.desk.file.unknownHint).count()).toBe(0);
      await desk.locator('.maplibregl-canvas').waitFor();
      expect(await axeFaults(desk)).toEqual([]);
      expect(phone.errors).toEqual([]);
      const id = await row.getAttribute('data-ticket');
      await post<Ticket>(desk, `/v1/tickets/${id}/close`, { outcome: 'helped' });
      await row.waitFor({ state: 'detached' });
    });
  });
});

/** Presses the own SOS for longer than it asks. */
async function hold(page: Page): Promise<void> {
  const box = await page.locator('.sos-button').boundingBox();
  if (box === null) throw new Error('there is no SOS under the thumb');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.waitForTimeout(1_300);
  await page.mouse.up();
}
