import { pinyin } from 'pinyin-pro';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { en, zh } from '../src/console/i18n/languages';
import type { TicketFile } from '../src/generated/TicketFile';
import type { Lang } from '../src/shared/lang';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { AidePhone, pressSos } from './outside';
import { type Device, type Service, startService, usernameOf } from './service';

/** A file that popped up by itself takes no key at first; whoever reads it needs longer than that. */
const READING_MS = 600;

/** How long the server may take on a busy machine. */
const PATIENCE = { timeout: 20_000, interval: 100 };

let service: Service;
let browser: Browser;
let cookie: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  const session = await fetch(`${service.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: usernameOf(service, 'operator', 3), password: service.password }),
  });
  cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** A device with a key, a different one for each story. */
function deviceOf(story: number): Device {
  const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '')[story];
  if (device === undefined) throw new Error('the demo has no such device');
  return device;
}

/** What the server knows of a ticket, whatever a page shows. */
async function fileOf(ticket: string): Promise<TicketFile> {
  const answer = await fetch(`${service.url}/v1/tickets/${ticket}`, { headers: { cookie } });
  return (await answer.json()) as TicketFile;
}

async function close(ticket: string): Promise<void> {
  const answer = await fetch(`${service.url}/v1/tickets/${ticket}/close`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'helped' }),
  });
  if (!answer.ok) throw new Error(`close: ${answer.status} ${await answer.text()}`);
}

async function logIn(page: Page, lang: Lang, operator: number): Promise<void> {
  await page.goto(`${service.url}/?lang=${lang}`);
  await page.locator('input[autocomplete="username"]').waitFor();
  await page.keyboard.type(usernameOf(service, 'operator', operator));
  await page.keyboard.press('Tab');
  await page.keyboard.type(service.password);
  await page.keyboard.press('Enter');
  await page.locator('.connection.live').waitFor();
}

/** Presses an SOS and waits until its file has popped up and was looked at. */
async function alarm(page: Page, device: Device, id: string): Promise<{ ticket: string; name: string }> {
  const { ticket } = await pressSos(service, device, id);
  await page.locator(`[data-ticket="${ticket}"][aria-current="true"]`).waitFor();
  const name = (await page.locator('.file-who h2').textContent()) ?? '';
  await page.locator('.told').waitFor(); // the whole file has come
  await page.waitForTimeout(READING_MS);
  return { ticket, name };
}

describe.each(['zh', 'en'] as const)('an SOS by the keys alone, in %s', (lang) => {
  const story = lang === 'zh' ? 0 : 1;
  const words = (lang === 'zh' ? zh : en) as typeof zh;
  let watched: WatchedPage;
  let page: Page;
  let ticket: string;
  let name: string;

  const notice = (text: string) => page.locator('.notice', { hasText: text });
  const dialog = () => page.getByRole('dialog');
  const sheetGone = () => dialog().waitFor({ state: 'detached' });
  const times = async () => (await fileOf(ticket)).ticket.times;
  const lead = async (): Promise<string | undefined> =>
    (await fileOf(ticket)).ticket.offers.find(({ role, status }) => role === 'lead' && ['offered', 'accepted'].includes(status))?.responder;
  const place = async () => (await fileOf(ticket)).ticket.position;

  /** Takes the last action back, as soon as the page offers it. */
  const undo = async (): Promise<void> => {
    await page.locator('[data-command="undo"]').waitFor();
    await page.keyboard.press('Control+z');
  };

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    ({ page } = watched);
    // One more aide than go, so that there is somebody to send instead.
    const aides = [0, 1, 2].map((index) => usernameOf(service, 'aide', story * 3 + index));
    for (const username of [...aides, usernameOf(service, 'rescuer', story)]) await (await AidePhone.logIn(service, username)).standBy(deviceOf(story));
    await logIn(page, lang, story);
    ({ ticket, name } = await alarm(page, deviceOf(story), `keyboard-${lang}`));
  });

  afterAll(async () => {
    await watched.page.context().close();
  });

  it('shows beside each button the key that presses it', async () => {
    const button = page.locator('[data-command="answer"]');
    expect(await button.locator('kbd').textContent()).toBe('A');
    expect(await button.getAttribute('aria-keyshortcuts')).toBe('A');
    expect(await page.locator('.actions .button:not(:has(kbd))').count(), 'buttons without a key').toBe(0);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('is answered, and read: who, where and how to get in', async () => {
    await page.keyboard.press('a');
    await expect.poll(async () => (await times()).answered, PATIENCE).not.toBeNull();
    expect(name).not.toBe('');
    await page.locator('[data-command="answer"]').waitFor({ state: 'detached' });
    await page.keyboard.press('Shift+C'); // to the contacts
    await page.waitForFunction(() => document.activeElement?.id === 'senior-contacts');
  });

  it('is told to the family, and says that this cannot be taken back', async () => {
    await page.keyboard.press('f');
    await dialog().waitFor();
    await page.keyboard.type('已告诉女儿');
    await page.keyboard.press('Control+Enter');
    await notice(words.never.family).waitFor();
    await page.locator('.told li[data-arrived="yes"]').first().waitFor();
    expect((await times()).family_told).not.toBeNull();
    await sheetGone();
  });

  it('is confirmed', async () => {
    await page.keyboard.press('c');
    await page.locator('[data-command="confirm"]:disabled .tick').waitFor();
    expect((await times()).confirmed).not.toBeNull();
  });

  it('goes to 120 in two keys, without typing', async () => {
    await page.keyboard.press('2');
    await dialog().locator('.handoff').getByText(name).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await sheetGone();
    expect((await fileOf(ticket)).ticket.escalated_to).toContain('120');
  });

  it('gets a note', async () => {
    await page.keyboard.press('n');
    await dialog().waitFor();
    await page.keyboard.type('神志清楚，腹痛');
    await page.keyboard.press('Control+Enter');
    await sheetGone();
    await page.locator('.timeline').getByText('神志清楚，腹痛').waitFor();
  });

  it('leaves the sheet that is open now to its hands when the answer to the last one comes late', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((done) => (letGo = done));
    await page.route('**/notes', async (route) => {
      await held;
      await route.continue();
    });
    await page.keyboard.press('n');
    await dialog().waitFor();
    await page.keyboard.type('late');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Escape');
    await sheetGone();
    await page.keyboard.press('l');
    await dialog().getByText(words.place.title).first().waitFor();
    letGo();
    await notice(words.act.note).waitFor();
    expect(await dialog().getByText(words.place.title).count()).toBeGreaterThan(0);
    await page.unroute('**/notes');
    await page.keyboard.press('Escape');
    await sheetGone();
  });

  it('gets another lead for a reason, which is kept, and takes it back', async () => {
    const before = await lead();
    expect(before).toBeDefined();
    await page.keyboard.press('r');
    await dialog().getByRole('option').first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Enter'); // without a reason nobody is replaced
    await dialog().getByText(words.replace.sayWhy).waitFor();
    expect(await lead()).toBe(before);
    await page.keyboard.press('Escape');
    await sheetGone();
    await page.keyboard.press('r');
    await dialog().getByRole('option').first().waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await sheetGone();
    expect(await lead()).not.toBe(before);
    await undo();
    await expect.poll(lead, PATIENCE).toBe(before);
    await page.locator('.timeline').getByText(words.replaceReason.no_answer).first().waitFor();
  });

  it('keeps the keys in a sheet that was opened before the last had quite gone', async () => {
    await page.keyboard.press('r');
    await dialog().getByRole('option').first().waitFor();
    await page.evaluate(async () => {
      const press = (key: string) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      press('Escape');
      // No task in between: what the last sheet does when it has gone comes after the next is open.
      for (let turn = 0; turn < 1000 && document.querySelector('[role="dialog"]') !== null; turn += 1) await Promise.resolve();
      press('r');
    });
    await page.waitForTimeout(READING_MS);
    expect(await dialog().locator('[role="listbox"]:focus').count()).toBe(1);
    await page.keyboard.press('Escape');
    await sheetGone();
  });

  it('has its lead accept by telephone', async () => {
    await page.keyboard.press('z');
    await dialog().locator('[data-step="accept"]').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('1');
    await sheetGone();
    await page.locator(`[data-ticket="${ticket}"]`).getByText(words.step.accepted).first().waitFor();
  });

  it('is put right on the ground, and back', async () => {
    const before = await place();
    await page.keyboard.press('l');
    await dialog().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Alt+Shift+ArrowUp');
    await page.keyboard.press('Enter');
    await sheetGone();
    expect((await place())?.lat).toBeGreaterThan(before?.lat ?? 90);
    expect((await place())?.source).toBe('pin');
    await undo();
    // As it was: no second pin at the old place, which no newer position could ever correct.
    const known = { lat: before?.lat, lon: before?.lon, source: before?.source, accuracy_m: before?.accuracy_m };
    await expect.poll(place, PATIENCE).toMatchObject(known);
    expect(known.source).not.toBe('pin');
  });

  it('is closed with an outcome, opened again by undo, and closed', async () => {
    await page.keyboard.press('e');
    await dialog().waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('Control+Enter');
    await sheetGone();
    expect((await fileOf(ticket)).ticket.outcome).toBe('helped');
    await undo();
    await expect.poll(async () => (await fileOf(ticket)).ticket.status, PATIENCE).toBe('open');
    await page.locator(`.rows [data-ticket="${ticket}"]`).waitFor();
    await page.locator('[data-command="close"]').waitFor();
    await page.keyboard.press('e');
    await dialog().waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('Control+Enter');
    await sheetGone(); // the feed may tell of it before the answer does
    await page.locator(`.rows [data-ticket="${ticket}"]`).waitFor({ state: 'detached' });
  });

  it('shows all keys, and closes the sheet', async () => {
    await page.keyboard.press('F1');
    await dialog().getByText(words.command.answer, { exact: true }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('a'); // keys of the page do nothing under a sheet
    await page.keyboard.press('Escape');
    await sheetGone();
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});

describe('keys that suit somebody', () => {
  let watched: WatchedPage;
  let page: Page;
  let ticket: string;

  const keyOf = (command: string) => page.locator(`[data-command="${command}"] kbd`).first();
  const remap = async (command: string, key: string): Promise<void> => {
    await page.keyboard.press('Control+,');
    await page.locator(`[data-remap="${command}"] button`).first().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press(key);
  };

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    ({ page } = watched);
    await logIn(page, 'zh', 0);
    ({ ticket } = await alarm(page, deviceOf(3), 'remap'));
  });

  afterAll(async () => {
    await close(ticket);
    await watched.page.context().close();
  });

  it('say in words that another command has the key already', async () => {
    await remap('answer', 'n');
    await page.getByText(zh.keyboard.taken.replace('{{key}}', 'N').replace('{{by}}', zh.command.note)).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await keyOf('answer').textContent()).toBe('A');
  });

  it('refuse a key that the browser needs', async () => {
    await remap('answer', 'F5');
    await page.getByText(zh.keyboard.reserved.replace('{{key}}', 'F5')).waitFor();
    await page.keyboard.press('Escape');
  });

  it('are shown on the button, also after a reload', async () => {
    await remap('answer', 'Shift+F2');
    await page.keyboard.press('Escape');
    expect(await keyOf('answer').textContent()).toBe('⇧F2');
    await page.reload();
    await page.locator('[data-command="answer"]').waitFor();
    expect(await keyOf('answer').textContent()).toBe('⇧F2');
    await page.waitForTimeout(READING_MS);
  });

  it('do nothing on the old key, and act on the new one', async () => {
    await page.keyboard.press('a');
    await page.keyboard.press('n'); // whatever the first key did is done when the second has opened its sheet
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect((await fileOf(ticket)).ticket.times.answered).toBeNull();
    await page.keyboard.press('Shift+F2');
    await page.locator(`[data-ticket="${ticket}"]`).getByText(zh.handling.answered).waitFor();
  });

  it('are no letters at all for who wants none', async () => {
    await page.keyboard.press('Control+,');
    const letters = page.getByLabel(zh.keyboard.letters);
    await letters.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.keyboard.press('F1'); // no character: still a key
    await page.getByRole('heading', { name: zh.keyboard.helpTitle }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+,');
    await letters.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
  });
});

describe('composing Chinese', () => {
  let watched: WatchedPage;
  let page: Page;
  let ticket: string;
  let name: string;
  let searchFails = false;

  /** Presses a key as an input method reports it while it composes. */
  const compose = (key: string): Promise<void> =>
    page.evaluate((typed) => {
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(new KeyboardEvent('keydown', { key: typed, code: `Key${typed.toUpperCase()}`, isComposing: true, bubbles: true, cancelable: true }));
    }, key);

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    ({ page } = watched);
    // From the start: a page that is running may send its next request past a way that is barred later.
    await page.route('**/v1/seniors/search', (route) => (searchFails ? route.abort() : route.continue()));
    await logIn(page, 'zh', 1);
    ({ ticket, name } = await alarm(page, deviceOf(4), 'composing'));
  });

  afterAll(async () => {
    await close(ticket);
    await watched.page.context().close();
  });

  it('triggers nothing, while the same keys do otherwise', async () => {
    for (const key of ['n', 'e', 'f']) await compose(key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('n');
    await page.getByRole('dialog').waitFor();
  });

  it('writes into a field, and neither sends nor closes it', async () => {
    const ime = await page.context().newCDPSession(page);
    await ime.send('Input.imeSetComposition', { text: 'shenzhi', selectionStart: 7, selectionEnd: 7 });
    await ime.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 });
    await page.evaluate(() => {
      const press = { key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true, cancelable: true };
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', press));
    });
    expect(await page.getByRole('dialog').count()).toBe(1);
    await ime.send('Input.insertText', { text: '神志清楚' });
    expect(await page.getByRole('dialog').locator('textarea').inputValue()).toBe('神志清楚');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('asks for no senior before the word is whole', async () => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/seniors/search')) asked.push(request.postData() ?? '');
    });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    const ime = await page.context().newCDPSession(page);
    await ime.send('Input.imeSetComposition', { text: 'wang xiao', selectionStart: 9, selectionEnd: 9 });
    await page.waitForTimeout(READING_MS); // longer than the pause after which it would ask
    expect(asked).toEqual([]);
    const answered = page.waitForResponse((response) => response.url().endsWith('/v1/seniors/search'));
    await ime.send('Input.insertText', { text: name });
    await answered;
    expect(asked.map((body) => JSON.parse(body) as unknown)).toEqual([{ q: name }]);
    await page.getByRole('option', { name }).first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('is not needed: the palette finds an open ticket by the initials', async () => {
    await page.keyboard.press('F3'); // another list, and another file, so that going there shows
    await page.keyboard.press('d');
    await page.locator('[data-command="closeSenior"]').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.type(pinyin(name, { pattern: 'first', toneType: 'none', type: 'array' }).join(''));
    const found = page.locator('[role="option"][aria-selected="true"]', { hasText: name });
    await found.waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-command="close"]').waitFor();
    expect(await page.locator('.file-who h2').textContent()).toBe(name);
    await page.keyboard.press('F2');
    await page.locator(`[data-ticket="${ticket}"][aria-current="true"]`).waitFor();
  });

  it('does no command with Enter alone, only one that was picked', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.type('xiejilu'); // 写记录
    await page.getByRole('option', { name: zh.command.note }).waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').getByRole('combobox').count()).toBe(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: zh.dialog.noteTitle }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('finds no senior when the search fails, and says why', async () => {
    searchFails = true;
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.type(name);
    await page.getByText(zh.palette.failed.replace('{{why}}', zh.connection.cut)).waitFor();
    await page.keyboard.press('Escape');
  });
});

describe('the queue by keys', () => {
  let watched: WatchedPage;
  let page: Page;
  const tickets: string[] = [];

  beforeAll(async () => {
    watched = await openPage(browser, service.url);
    ({ page } = watched);
    await logIn(page, 'zh', 2);
    for (const story of [8, 9]) {
      const { ticket } = await alarm(page, deviceOf(story), `queue-${story}`);
      tickets.push(ticket);
      if (story !== 8) continue; // an answered one, then one that waits
      await page.keyboard.press('a');
      // Only once it is answered: what rings before that is passed over, and does not pop up.
      await page.locator(`[data-ticket="${ticket}"]`).getByText(zh.handling.answered).waitFor();
      await page.locator('[data-command="answer"]').waitFor({ state: 'detached' });
    }
  });

  afterAll(async () => {
    for (const ticket of tickets) await close(ticket);
    await watched.page.context().close();
  });

  const open = (ticket: string | undefined) => page.locator(`[data-ticket="${ticket}"][aria-current="true"]`);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-ticket') ?? null);

  it('goes from row to row with letters and with arrows, and opens with Enter', async () => {
    await page.keyboard.press('j'); // to the open one
    expect(await focused()).toBe(tickets[1]);
    await page.keyboard.press('j');
    expect(await focused()).toBe(tickets[0]);
    await page.keyboard.press('k');
    expect(await focused()).toBe(tickets[1]);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe(tickets[0]);
    await page.keyboard.press('Enter');
    await open(tickets[0]).waitFor();
  });

  it('opens what is most urgent and nobody has answered', async () => {
    await page.keyboard.press('q');
    await open(tickets[1]).waitFor();
  });

  it('says so when a key can do nothing now', async () => {
    await page.keyboard.press('o'); // an open ticket cannot be opened again
    await page.locator('.notice', { hasText: zh.keyboard.notNow.replace('{{what}}', zh.command.reopen) }).waitFor();
  });

  it('leads round the parts of the page', async () => {
    await page.keyboard.press('F6');
    await page.waitForFunction(() => document.activeElement?.closest('#file') !== null);
    await page.keyboard.press('Shift+F6');
    await page.waitForFunction(() => document.activeElement?.closest('.queue') !== null);
  });

  it('acts on no file that lies under the registry', async () => {
    await page.locator(`[data-ticket="${tickets[0]}"]`).click();
    await page.locator('[data-command="close"]').waitFor();
    await page.waitForTimeout(READING_MS);
    await page.keyboard.press('Alt+r');
    // Whoever opens it looks for somebody.
    const search = page.locator('.registry input[type="search"]');
    await search.waitFor();
    await page.keyboard.type('chen');
    expect(await search.inputValue()).toBe('chen');
    await page.locator('.registry h2').focus();
    for (const [key, command] of [['c', 'confirm'], ['e', 'close'], ['n', 'note']] as const) {
      await page.keyboard.press(key);
      await page.locator('.notice', { hasText: zh.keyboard.notNow.replace('{{what}}', zh.command[command]) }).waitFor();
      expect(await page.getByRole('dialog').count(), command).toBe(0);
    }
    expect((await fileOf(tickets[0] ?? '')).ticket.times.confirmed).toBeNull();
    await page.keyboard.press('Alt+r');
    await page.locator('.registry').waitFor({ state: 'hidden' });
  });

  it('leaves an open menu its letters', async () => {
    await page.locator('.header .who').click();
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('e');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByRole('menu').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
  });
});

describe('two operators and one session too few', () => {
  let first: WatchedPage;
  let second: WatchedPage;
  let letGo = (): void => undefined;
  const won = new Promise<void>((done) => (letGo = done));

  beforeAll(async () => {
    [first, second] = await Promise.all([openPage(browser, service.url), openPage(browser, service.url)]);
    // Whatever the second one claims waits on the wire until the first one has won.
    await second.page.route('**/answer', async (route) => {
      await won;
      await route.continue();
    });
    await logIn(first.page, 'zh', 0);
    await logIn(second.page, 'zh', 1);
  });

  afterAll(async () => {
    await first.page.context().close();
    await second.page.context().close();
  });

  it('claim at once: one wins, the other is told in words and sees it', async () => {
    const [{ ticket }] = await Promise.all([alarm(first.page, deviceOf(6), 'twice'), second.page.locator('.file-who h2').waitFor()]);
    await second.page.waitForTimeout(READING_MS);
    // Both strike while the alarm is nobody's.
    const struck = second.page.waitForRequest('**/answer');
    await second.page.keyboard.press('a');
    await struck;
    const answered = first.page.waitForResponse('**/answer');
    await first.page.keyboard.press('a');
    expect((await answered).status()).toBe(200);
    letGo();
    await second.page.locator('.notice.bad', { hasText: zh.act.conflictOther }).waitFor();
    await second.page.locator('[data-command="takeOver"]').waitFor();
    expect((await fileOf(ticket)).ticket.owner).not.toBeNull();

    // What was typed stays when somebody is faster.
    await second.page.keyboard.press('Shift+D');
    await second.page.keyboard.press('t');
    await second.page.getByRole('dialog').waitFor();
    await second.page.keyboard.type('同事离开');
    await close(ticket);
    await second.page.keyboard.press('Control+Enter');
    await second.page.locator('.notice.bad', { hasText: zh.act.conflictClosed }).waitFor();
    expect(await second.page.getByRole('dialog').locator('textarea').inputValue()).toBe('同事离开');
    await second.page.keyboard.press('Escape');
  });

  it('lose nothing that was typed when the session ends in the middle', async () => {
    const { page } = first;
    const { ticket } = await alarm(page, deviceOf(7), 'expired');
    await page.keyboard.press('a');
    await page.locator(`[data-ticket="${ticket}"]`).getByText(zh.handling.answered).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('老人说腹痛');
    await page.evaluate(() => fetch('/v1/session', { method: 'DELETE' }));
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: zh.login.again }).waitFor();
    await page.locator('input[autocomplete="current-password"]:focus').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.type(service.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: zh.login.again }).waitFor({ state: 'detached' });
    const text = page.getByRole('dialog').locator('textarea');
    expect(await text.inputValue()).toBe('老人说腹痛');
    await page.locator('textarea:focus').waitFor(); // the hands go on where they were
    await page.keyboard.press('Control+Enter');
    await page.locator('.timeline').getByText('老人说腹痛').waitFor();
    await close(ticket);
  });

  it('broke no rule of the page', () => {
    expect([...first.foreign, ...second.foreign]).toEqual([]);
    // Without a session the socket is refused, as it should be.
    const errors = [...first.errors, ...second.errors].filter((error) => !error.includes('HTTP Authentication failed'));
    expect(errors).toEqual([]);
  });
});
