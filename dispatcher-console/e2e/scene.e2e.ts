import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en as enConsole, zh as zhConsole } from '../src/console/i18n/languages';
import { en } from '../src/aide/words/en';
import { type WordKey, zh } from '../src/aide/words/zh';
import type { Lang } from '../src/shared/lang';
import { Centre, openPhone, overflowsAt, type Phone } from './aide-phone';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
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
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').at(-1 - 5 * story);
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

/** Everything the phone keeps of the steps, as somebody reads it who has the disk. */
function disk(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open('silverbell-aide');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction('waiting').objectStore('waiting').getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            opening.result.close();
            const plain = (_: string, value: unknown): unknown => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value);
            resolve(JSON.stringify(reading.result, plain));
          };
        };
      }),
  );
}

describe.each(['zh', 'en'] as const)('what is told from the door, in %s', (lang: Lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words: Record<WordKey, string> = lang === 'zh' ? zh : en;
  const spoken = lang === 'zh' ? zhConsole : enConsole;
  let phone: Phone;
  let page: Page;
  let watched: WatchedPage;
  let desk: Page;
  let ticket: string;

  const button = (key: WordKey): Locator => page.getByRole('button', { name: words[key], exact: true });
  const choice = (group: WordKey, word: string): Locator =>
    page.getByRole('group', { name: words[group], exact: true }).locator(`[data-choice="${word}"]`);

  async function looksRight(screen: string): Promise<void> {
    const faults = (await axeFaults(page)).filter((fault) => !fault.includes('partially obscured'));
    expect(faults, screen).toEqual([]);
    expect(await overflowsAt(page, 100), `${screen} is too wide`).toBe(false);
    expect(await overflowsAt(page, 200), `${screen} is too wide at 200 %`).toBe(false);
    await shot(page, screen);
  }

  async function shot(at: Page, screen: string): Promise<void> {
    const folder = process.env['SILVERBELL_SHOTS'];
    if (folder !== undefined) await at.screenshot({ path: `${folder}/${screen}-${lang}.png`, fullPage: at === page });
  }

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    desk = watched.page;
    await desk.goto(`${service.url}/?lang=${lang}`);
    await desk.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 1));
    await desk.locator('input[autocomplete="current-password"]').fill(service.password);
    await desk.getByRole('button', { name: spoken.login.submit, exact: true }).click();
    await desk.locator('.connection.live').waitFor();

    phone = await openPhone(browser, doorOf(story));
    ({ page } = phone);
    await page.goto(`${service.url}/aide?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'aide', 10 * story));
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await button('login.submit').tap();
    await button('duty.go_on').tap();
    await page.locator('[data-position="shared"]').waitFor();
    ({ ticket } = await pressSos(service, doorOf(story), `scene-${lang}`));
    await page.locator('[data-offer]').waitFor();
    await button('offer.accept').tap();
    await button('step.depart').waitFor();
  });

  afterAll(async () => {
    await watched?.page.context().close();
    await phone?.context.close();
  });

  it('says in a lift that the address is wrong, and nothing of it lies open on the phone', async () => {
    await button('wrong.begin').tap();
    await looksRight('wrong-address');
    expect(await button('wrong.send').isDisabled(), 'with nothing said').toBe(true);
    await phone.context.setOffline(true);
    await page.getByLabel(words['wrong.where']).fill('幸福里 3 号楼');
    await page.getByRole('checkbox').check();
    await button('wrong.send').tap();
    await page.locator('[data-wrong-address="waits"]').waitFor();
    await page.locator('[data-waiting="1"]').waitFor({ state: 'attached' });
    await expect.poll(() => disk(page)).toContain('wrong-address');
    const kept = await disk(page);
    expect(kept).not.toContain('幸福里');
    expect(kept).not.toContain('accuracy_m');
    await looksRight('wrong-address-waits');
    expect((await centre.fileOf(ticket)).ticket.place_doubt).toBeNull();

    await page.reload();
    await page.locator('[data-wrong-address="waits"]').waitFor();
    await phone.context.setOffline(false);
    await page.locator('[data-wrong-address="known"]').waitFor();
    await looksRight('wrong-address-known');
  });

  it('is decided by the operator, who sees how far off it is', async () => {
    await desk.locator(`.rows [data-ticket="${ticket}"]`).click();
    const bar = desk.locator('[data-place-doubt]');
    await bar.getByText('幸福里 3 号楼').waitFor();
    expect(await axeFaults(desk)).toEqual([]);
    await shot(desk, 'place-doubt');
    await bar.getByRole('button', { name: spoken.doubt.take, exact: true }).click();
    await bar.waitFor({ state: 'detached' });
    await page.locator('[data-wrong-address="none"]').waitFor({ state: 'attached' });
    const { ticket: after } = await centre.fileOf(ticket);
    expect(after.position?.source).toBe('pin');
  });

  it('tells how the senior is, and the operator sees at once that a life is in danger', async () => {
    for (const step of ['step.depart', 'step.on-scene'] as const) await button(step).tap();
    await button('report.begin').tap();
    expect(await button('report.send').isDisabled(), 'before the two things that 120 asks first').toBe(true);
    await choice('report.conscious', 'unresponsive').tap();
    await choice('report.breathing', 'absent').tap();
    await page.getByText(words['report.press']).waitFor();
    await choice('report.fell', 'yes').tap();
    await choice('report.measures', 'cpr').tap();
    await choice('report.measures', 'aed').tap();
    await choice('report.outcome', 'hospital').tap();
    await page.getByRole('textbox', { name: words['report.note'], exact: true }).fill('倒在厨房');
    await looksRight('report-form');
    await button('report.send').tap();
    await page.locator('[data-report="known"]').waitFor();
    await looksRight('report-known');

    const card = desk.locator('[data-scene="grave"]');
    await card.getByText('倒在厨房').waitFor();
    expect(await axeFaults(desk)).toEqual([]);
    await shot(desk, 'scene-card');
  });

  it('is brought up to date from what is known', async () => {
    await button('report.again').tap();
    expect(await choice('report.breathing', 'absent').getAttribute('aria-pressed')).toBe('true');
    await choice('report.breathing', 'normal').tap();
    await choice('report.conscious', 'clear').tap();
    await button('report.send').tap();
    await desk.locator('[data-scene="calm"]').waitFor();
    for (const step of ['step.with-senior', 'step.done'] as const) await button(step).tap();
    await page.getByRole('heading', { name: words['thanks.title'], exact: true }).waitFor();
    await centre.close(ticket);
    expect(watched.foreign).toEqual([]);
  });
});
