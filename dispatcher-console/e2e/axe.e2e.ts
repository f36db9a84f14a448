import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en as enAide } from '../src/aide/words/en';
import { zh as zhAide } from '../src/aide/words/zh';
import { en, zh } from '../src/console/i18n/languages';
import type { Ticket } from '../src/generated/Ticket';
import type { Lang } from '../src/shared/lang';
import { openPhone } from './aide-phone';
import { axeFaults, openPage, startBrowser } from './browser';
import { Exchange } from './exchange';
import { AidePhone, pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

const WORDS = { zh: { desk: zh, aide: zhAide }, en: { desk: en as typeof zh, aide: enAide } };
const LOOKS = [
  ['light', 'zh'],
  ['light', 'en'],
  ['night', 'zh'],
  ['night', 'en'],
] as const;

let service: Service;
let exchange: Exchange;
let browser: Browser;
/** Page by page what was found wrong, for the report. */
const found: { look: string; page: string; faults: string[] }[] = [];

beforeAll(async () => {
  exchange = await Exchange.start();
  [service, browser] = await Promise.all([startService(exchange.settings()), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  exchange?.stop();
  const pages = [...new Set(found.map(({ page }) => page))];
  const looks = LOOKS.map((look) => look.join(' '));
  const cell = (page: string, look: string): string => {
    const seen = found.filter((one) => one.page === page && one.look === look);
    return seen.length === 0 ? '-' : String(seen.reduce((sum, { faults }) => sum + faults.length, 0));
  };
  console.log(
    ['axe: violations', ['page', ...looks].join('\t'), ...pages.map((page) => [page, ...looks.map((look) => cell(page, look))].join('\t'))].join('\n'),
  );
});

/** Devices with a key, each of another senior: signals of one senior would join one ticket. */
function deviceOf(index: number): Device {
  const ofSenior = new Map(
    service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '').map((device) => [device.senior_id, device]),
  );
  const device = [...ofSenior.values()][index];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

async function logIn(page: Page, username: string): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.locator('form button[type="submit"]').click();
}

async function post<T>(page: Page, path: string, body: object = {}): Promise<T> {
  const response = await page.request.post(service.url + path, { data: body });
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
  return (await response.json()) as T;
}

describe.each(LOOKS)('nothing stands in the way of anybody, %s in %s', (theme, lang) => {
  const { desk: words, aide: aideWords } = WORDS[lang as Lang];
  const look = LOOKS.findIndex(([one, other]) => one === theme && other === lang);
  let page: Page;
  let second: Page;
  const tickets = new Map<string, string>();

  const looks = async (name: string, of: Page = page): Promise<void> => {
    const faults = await axeFaults(of);
    found.push({ look: `${theme} ${lang}`, page: name, faults });
    expect(faults, name).toEqual([]);
  };
  const open = async (): Promise<Page> => {
    const { page: opened } = await openPage(browser, service.url);
    await opened.emulateMedia({ colorScheme: theme === 'night' ? 'dark' : 'light' });
    return opened;
  };
  const button = (name: string, within: Page | Locator = page): Locator => within.getByRole('button', { name, exact: true });
  const file = (): Locator => page.locator('#file');
  const dialog = (): Locator => page.getByRole('dialog');
  const show = async (ticket: string): Promise<void> => {
    const id = tickets.get(ticket);
    await page.locator(`.queue [data-ticket="${id}"]`).click();
    await page.locator('.timeline li').first().waitFor();
  };
  /** Opens a dialog, looks at it, and closes it; whoever opened it has the focus again. */
  const looksAtDialog = async (name: string, opener: Locator): Promise<void> => {
    await opener.click();
    await dialog().waitFor();
    await looks(name);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(() => opener.evaluate((element) => element === document.activeElement), { message: `focus after ${name}` }).toBe(true);
  };

  beforeAll(async () => {
    [page, second] = [await open(), await open()];
  });

  afterAll(async () => {
    const { items } = (await (await page.request.get(`${service.url}/v1/tickets?status=open`)).json()) as { items: Ticket[] };
    for (const { id, kind } of items) if (kind !== 'equipment') await post(page, `/v1/tickets/${id}/close`, { outcome: 'test' });
    await page.context().close();
    await second.context().close();
  });

  it('before and after the log-in', async () => {
    await page.goto(`${service.url}/?lang=${lang}`);
    await page.locator('input[autocomplete="username"]').waitFor();
    expect(await page.getAttribute('html', 'data-theme')).toBe(theme);
    await looks('log-in');
    await logIn(page, usernameOf(service, 'operator', 0));
    await page.locator('.connection.live').waitFor();
    await page.locator('.maplibregl-canvas').waitFor();
    await looks('empty console');
    await page.locator('.who').click();
    await page.getByRole('menu').waitFor();
    await looks('menu');
    await page.keyboard.press('Escape');
    await page.locator('.care-button').click();
    await dialog().waitFor();
    await looks('strangers');
    await page.getByRole('tab', { name: words.care.unpressed }).click();
    await looks('untested devices');
    await page.keyboard.press('Escape');
    await looksAtDialog('roster', button(words.roster.open));
  });

  it('in the roster of a supervisor', async () => {
    await second.goto(`${service.url}/?lang=${lang}`);
    await logIn(second, usernameOf(service, 'supervisor', 0));
    await second.locator('.connection.live').waitFor();
    await button(words.roster.open, second).click();
    await second.locator('.shift-form').waitFor();
    await looks('roster to change', second);
    await second.keyboard.press('Escape');
  });

  it('on the aide’s phone', async () => {
    const phone = await openPhone(browser, deviceOf(look * 10));
    await phone.page.emulateMedia({ colorScheme: theme === 'night' ? 'dark' : 'light' });
    await phone.page.goto(`${service.url}/aide?lang=${lang}`);
    await phone.page.locator('input[autocomplete="username"]').waitFor();
    await looks('aide: log-in', phone.page);
    await logIn(phone.page, usernameOf(service, 'aide', 20 + look));
    await button(aideWords['duty.go_on'], phone.page).tap();
    await phone.page.locator('[data-position="shared"]').waitFor();
    await looks('aide: on duty', phone.page);
    await phone.context.close();
  });

  it('in the queue and the file of what waits', async () => {
    const aide = await AidePhone.logIn(service, usernameOf(service, 'aide', look));
    await aide.standBy(deviceOf(look * 10));
    const sos = async (name: string, index: number, key?: string): Promise<string> => {
      const device = deviceOf(look * 10 + index);
      const { ticket } = await pressSos(service, key === undefined ? device : { ...device, key }, `axe-${look}-${name}`);
      tickets.set(name, ticket);
      return ticket;
    };
    const helped = await sos('helped', 0);
    const { offer } = await aide.offerOf(helped);
    await aide.accept(offer.id);
    await post(page, `/v1/tickets/${helped}/answer`);
    await post(page, `/v1/offers/${offer.id}/on-scene`, { by: 'phone' });
    await sos('waiting', 1);
    await post(second, `/v1/tickets/${await sos('of another', 2)}/answer`);
    await sos('doubtful', 3, 'a-wrong-key');
    await post(page, `/v1/tickets/${await sos('closed', 4)}/close`, { outcome: 'helped' });
    await show('waiting');
    await looks('file of what waits');
    await button(words.act.noVoice, file()).click();
    await page.locator('.silence').waitFor();
    await looks('nobody speaks');
  });

  it('in every dialog of a file', async () => {
    await show('waiting');
    await looksAtDialog('family', button(words.act.family, file()));
    await looksAtDialog('120', button(words.act.call120, file()));
    await looksAtDialog('supervisor', button(words.act.escalate, file()));
    await looksAtDialog('note', button(words.act.note, file()));
    await looksAtDialog('close', button(words.act.close, file()));
    await looksAtDialog('forced entry', button(words.entry.begin, file()));
    await show('of another');
    await looksAtDialog('take over', button(words.act.takeOver, file()));
    await show('doubtful');
    await looksAtDialog('verify', button(words.act.verify, file()));
  });

  it('at the door and after it', async () => {
    await show('helped');
    await looks('file of who is at the door');
    await looksAtDialog('at the hospital', button(words.handover.atHospital, file()));
    await looksAtDialog('handed over', button(words.handover.handedOver, file()));
    await looksAtDialog('death', button(words.death.state, file()));
    await looksAtDialog('card link', page.locator('.handover').getByRole('button', { name: words.handover.makeLink, exact: true }));
    const adding = button(words.keys.add, file());
    await adding.click();
    await page.locator('.key-form').waitFor();
    await looks('key to register');
  });

  it('in a senior’s file and the closed list', async () => {
    await button(words.file.whole, file()).click();
    await button(words.newTicket.open, file()).waitFor();
    await looks('senior');
    await looksAtDialog('new ticket', button(words.newTicket.open, file()));
    await page.getByRole('radio', { name: words.queue.closed, exact: true }).click();
    await show('closed');
    await looks('closed ticket');
    await looksAtDialog('reopen', button(words.act.reopen, file()));
  });

  it('when the telephone rings', async () => {
    exchange.ring('13900000000', `${look}.1`);
    const card = page.locator('.call-card[data-ringing="true"]');
    await card.waitFor();
    await looks('call');
    await looksAtDialog('caller', card.locator('.call-strange button'));
    exchange.hangUp(`${look}.1`);
    await card.waitFor({ state: 'detached' });
  });

  it('on two screens', async () => {
    await page.goto(`${service.url}/?lang=${lang}&screen=desk`);
    await page.locator('.connection.live').waitFor();
    await looks('desk without map');
    await page.goto(`${service.url}/?lang=${lang}&screen=map`);
    await page.locator('.maplibregl-canvas').waitFor();
    await looks('map alone');
  });

  it('on the card', async () => {
    await page.goto(`${service.url}/card?ticket=${tickets.get('helped')}&lang=${lang}`);
    await page.locator('.sheet').waitFor();
    await looks('card');
    await page.goto(`${service.url}/card?lang=${lang}#nonsense`);
    await page.reload();
    await page.locator('[data-failure]').waitFor();
    await looks('card refused');
  });

  it('in the calls back', async () => {
    await page.goto(`${service.url}/?lang=${lang}`);
    await page.locator('.connection.live').waitFor();
    await post(page, `/v1/tickets/${tickets.get('helped')}/close`, { outcome: 'helped' });
    await page.getByRole('radio', { name: words.callBack.tab }).click();
    await page.locator(`[data-call-back="${tickets.get('helped')}"]`).click();
    await page.locator('.call-back').waitFor();
    await looks('calls back');
  });

  it('when the session has ended', async () => {
    await page.goto(`${service.url}/?lang=${lang}`);
    await page.locator('.connection.live').waitFor();
    // Elsewhere, so that this page is not told.
    await page.request.delete(`${service.url}/v1/session`);
    await page.getByRole('dialog').waitFor({ timeout: 30_000 });
    await looks('log in again');
    await logIn(page, usernameOf(service, 'operator', 0));
    await dialog().waitFor({ state: 'detached' });
  });
});
