import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { enRegistry } from '../src/console/i18n/en-registry';
import { en, zh } from '../src/console/i18n/languages';
import { zhRegistry } from '../src/console/i18n/zh-registry';
import type { Lang } from '../src/shared/lang';
import { axeFaults, openPage, startBrowser, type WatchedPage } from './browser';
import { pressSos } from './outside';
import { type Service, startService, usernameOf } from './service';

const wordsOf = (lang: Lang) => (lang === 'zh' ? { ...zh, ...zhRegistry } : { ...en, ...enRegistry });

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

async function cookieOf(username: string): Promise<string> {
  const session = await fetch(`${service.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: service.password }),
  });
  return session.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function ask<T>(cookie: string, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${service.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', cookie },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as T;
}

interface File {
  id: string;
  name: string;
  phone: string;
  village: string;
  changed_at: string | null;
}

/** A senior whom no demo has: a name that is spelt as no other. */
async function putIn(cookie: string, name: string, phone: string): Promise<File> {
  return ask<File>(cookie, 'POST', '/v1/seniors', {
    name,
    sex: 'female',
    born: '1940-11-21',
    phone,
    village: '测试村',
    address: '测试村1号',
    access: '邻居有钥匙',
    lat: 24.51,
    lon: 117.66,
    category: 'over80',
    contacts: [{ name: '林小妹', relation: '女儿', phone: '13800001111' }],
  });
}

async function open(lang: Lang, username: string): Promise<WatchedPage & { registry: Locator }> {
  const words = wordsOf(lang);
  const watched = await openPage(browser, service.url);
  const { page } = watched;
  await page.goto(`${service.url}/?lang=${lang}`);
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.getByRole('button', { name: words.login.submit }).click();
  await page.locator('.connection.live').waitFor();
  await page.getByRole('button', { name: words.header.registry, exact: true }).click();
  const registry = page.getByRole('main', { name: words.header.registry, exact: true });
  await registry.getByRole('tab', { name: words.registry.seniors }).waitFor();
  return { ...watched, registry };
}

async function find(registry: Locator, lang: Lang, q: string): Promise<void> {
  const search = registry.getByRole('search');
  await search.getByRole('searchbox').fill(q);
  await search.getByRole('button', { name: wordsOf(lang).registry.findButton, exact: true }).click();
}

const formOf = (registry: Locator): Locator => registry.locator('form.registry-form');

describe.each([
  ['zh', '单雄信', '0596-7000101'],
  ['en', '尉迟敬德', '0596-7000202'],
] as const)('a senior’s file, in %s', (lang, name, phone) => {
  const words = wordsOf(lang);
  let cookie: string;
  let senior: File;
  let watched: WatchedPage & { registry: Locator };
  let page: Page;
  let registry: Locator;

  beforeAll(async () => {
    cookie = await cookieOf(usernameOf(service, 'operator', 1));
    senior = await putIn(cookie, name, phone);
    watched = await open(lang, usernameOf(service, 'operator', 0));
    ({ page, registry } = watched);
  });

  afterAll(async () => {
    await page?.context().close();
  });

  it('is found by the initials of pinyin, and its telephone is changed', async () => {
    expect(await axeFaults(page)).toEqual([]);
    await find(registry, lang, lang === 'zh' ? 'sxx' : 'ycjd');
    await registry.locator(`tr[data-senior="${senior.id}"] button`).click();
    const form = formOf(registry);
    await form.getByLabel(words.registryField.phone).first().fill('0596-7009999');
    await form.getByRole('button', { name: words.registry.save, exact: true }).click();
    await registry.locator('.unsaved').waitFor({ state: 'detached' });
    const { senior: now } = await ask<{ senior: File }>(cookie, 'GET', `/v1/seniors/${senior.id}`);
    expect(now.phone).toBe('0596-7009999');
    expect(await axeFaults(page)).toEqual([]);
  });

  it('is not saved with what makes no sense: it is said at the field, and what was typed stays', async () => {
    const form = formOf(registry);
    await form.getByLabel(words.registryField.phone).first().fill('nobody');
    await form.getByLabel(words.registryField.born).fill('2999-01-01');
    await form.getByRole('button', { name: words.registry.save, exact: true }).click();
    await form.locator('.fault-list li', { hasText: words.registryFault.not_a_phone }).waitFor();
    expect(await form.getByLabel(words.registryField.phone).first().getAttribute('aria-invalid')).toBe('true');
    await form.getByLabel(words.registryField.phone).first().fill('0596-7009999');
    await form.getByRole('button', { name: words.registry.save, exact: true }).click();
    // Only the server knows what day it is.
    await form.locator('.fault-list li', { hasText: words.registryFault.in_the_future }).waitFor();
    expect(await form.getByLabel(words.registryField.born).inputValue()).toBe('2999-01-01');
    expect(await axeFaults(page)).toEqual([]);
    await form.getByLabel(words.registryField.born).fill('1940-11-21');
  });

  it('is changed by two, and nothing is lost', async () => {
    const form = formOf(registry);
    await form.getByLabel(words.registryField.phone).first().fill('0596-7008888');
    await form.getByLabel(words.registryField.advice).fill('先打女儿');
    const { senior: before } = await ask<{ senior: File }>(cookie, 'GET', `/v1/seniors/${senior.id}`);
    const other = { ...bodyOf(before), phone: '0596-7007777', village: '别村' };
    await ask(cookie, 'PUT', `/v1/seniors/${senior.id}`, other);
    await form.getByRole('button', { name: words.registry.save, exact: true }).click();

    const clash = registry.locator('.clash');
    await clash.waitFor();
    const fields = await clash.locator('tr[data-field]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-field')));
    expect(fields.sort()).toEqual(['advice', 'phone', 'village']);
    // What was changed here is mine, what was not is theirs.
    expect(await clash.locator('tr[data-field="phone"] input').first().isChecked()).toBe(true);
    expect(await clash.locator('tr[data-field="village"] input').last().isChecked()).toBe(true);
    expect(await axeFaults(page)).toEqual([]);

    await clash.getByRole('button', { name: words.registry.useChoice }).click();
    expect(await form.getByLabel(words.registryField.advice).inputValue()).toBe('先打女儿');
    await form.getByRole('button', { name: words.registry.save, exact: true }).click();
    await registry.locator('.unsaved').waitFor({ state: 'detached' });
    const { senior: now } = await ask<{ senior: File & { plan: { advice: string } } }>(cookie, 'GET', `/v1/seniors/${senior.id}`);
    expect([now.phone, now.village, now.plan.advice]).toEqual(['0596-7008888', '别村', '先打女儿']);
  });

  it('stays as it was typed while an alarm is seen to', async () => {
    const form = formOf(registry);
    await form.getByLabel(words.registryField.advice).fill('还没有保存');
    const index = lang === 'zh' ? 0 : 1;
    const device = service.devices.filter(({ protocol, key }) => protocol === 'http' && key !== '')[index];
    if (device === undefined) throw new Error('the demo has too few devices');
    await pressSos(service, device, `registry-${lang}`);
    // Not under the hands of somebody who types: it is named above the form until somebody opens it.
    await registry.locator('.new-alarm button').first().click();
    await page.locator('.ticket-file').waitFor();
    expect(await registry.count()).toBe(0);
    await page.locator('.header').getByRole('button', { name: words.header.registry }).click();
    await registry.waitFor();
    expect(await form.getByLabel(words.registryField.advice).inputValue()).toBe('还没有保存');
    // Nor is it left without a question.
    await registry.getByRole('button', { name: words.registry.back }).click();
    await registry.getByRole('button', { name: words.registry.leaveReally }).click();
    await registry.getByRole('search').waitFor();
  });

  it('shows an operator nothing that only supervisors may do', async () => {
    expect(await registry.getByRole('tab').count()).toBe(3);
    expect(await registry.getByRole('button', { name: words.registry.addDevice }).count()).toBe(0);
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});

/** A file as a body that changes nothing. */
function bodyOf(file: object): Record<string, unknown> {
  const all = file as Record<string, unknown> & { home: Record<string, unknown> };
  const same = ['name', 'sex', 'born', 'phone', 'village', 'category', 'tier', 'care_level', 'conditions', 'medicines', 'allergies', 'contacts', 'verified_at', 'changed_at'];
  return { ...Object.fromEntries(same.map((field) => [field, all[field]])), ...all.home, temporary: [] };
}

const HEAD = 'name,sex,born,phone,village,address,access,lat,lon,category,care_level,conditions,medicines,allergies';

describe.each([
  ['zh', '7100'],
  ['en', '7200'],
] as const)('a list, in %s', (lang, numbers) => {
  const words = wordsOf(lang);
  const rows = [
    `郭子仪,男,1940-11-21,0596-${numbers}001,蓝田村,蓝田村2号,,24.51,117.66,over80,1,高血压,,`,
    `李光弼,未知,someday,0596-${numbers}002,蓝田村,蓝田村3号,,24.51,117.66,over80,1,,,`,
    `仆固怀恩,男,1941-01-02,,蓝田村,蓝田村4号,,north,117.66,rich,1,,,`,
    `浑瑊,男,1942-02-03,0596-${numbers}004,蓝田村,蓝田村5号,,24.52,117.67,self_paid,9,,,`,
    `马燧,女,1943-03-04,0596-${numbers}005,蓝田村,蓝田村6号,,24.52,117.67,self_paid,2,,,`,
  ];
  const csv = (lines: string[]): Buffer => Buffer.from(`\uFEFF${[HEAD, ...lines].join('\r\n')}\r\n`);
  let watched: WatchedPage & { registry: Locator };
  let page: Page;
  let registry: Locator;

  beforeAll(async () => {
    watched = await open(lang, usernameOf(service, 'supervisor', 0));
    ({ page, registry } = watched);
    await registry.getByRole('tab', { name: words.registry.lists }).click();
  });

  afterAll(async () => {
    await page?.context().close();
  });

  const choose = (name: string, buffer: Buffer): Promise<void> =>
    registry.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/csv', buffer });

  it('of another kind is refused in words', async () => {
    for (const [name, bytes, code] of [
      ['list.xlsx', 'PK\u0003\u0004rest', 'xlsx'],
      ['list.pdf', '%PDF-1.7', 'pdf'],
      ['list.csv', 'name,phone\r\nA,1', 'missing_columns'],
    ] as const) {
      await choose(name, Buffer.from(bytes, 'latin1'));
      await registry.locator('.import-refused').getByText(words.registryFault[code], { exact: true }).waitFor();
    }
    expect(await registry.locator('.import-refused').textContent()).toContain('category');
    expect(await axeFaults(page)).toEqual([]);
  });

  it('is looked at first, and every bad row is named with its line, its column and what is wrong', async () => {
    await choose('seniors.csv', csv(rows));
    const preview = registry.locator('[data-import="preview"]');
    await preview.waitFor();
    const named = await preview.locator('tr[data-line]').evaluateAll((all) => all.map((row) => `${row.getAttribute('data-line')} ${row.getAttribute('data-column')}`));
    expect(named.sort()).toEqual(['3 born', '3 sex', '4 category', '4 lat', '4 phone', '5 care_level']);
    expect(await preview.locator('tr[data-line="3"][data-column="born"]').textContent()).toContain(words.registryFault.not_a_date);
    expect(await preview.getByRole('button', { name: words.registry.importAll }).count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('is put in without its bad rows, and the seniors are there', async () => {
    await registry.locator('[data-import="preview"] .button.warn').click();
    await registry.locator('[data-import="done"]').waitFor();
    await registry.getByRole('tab', { name: words.registry.seniors }).click();
    await find(registry, lang, `${numbers}005`);
    await registry.locator('tr[data-senior]', { hasText: '马燧' }).waitFor();
    await find(registry, lang, `${numbers}002`);
    await registry.getByText(words.registry.noneFound).waitFor();
  });

  it('comes out again', async () => {
    await registry.getByRole('tab', { name: words.registry.lists }).click();
    const coming = page.waitForEvent('download');
    await registry.getByRole('button', { name: words.registry.exportSeniors }).click();
    expect((await coming).suggestedFilename()).toMatch(/^silverbell-seniors-\d{4}-\d\d-\d\d\.csv$/);
  });

  it.each(['responders', 'devices', 'districts'] as const)('stands beside %s, where nothing is wrong either', async (part) => {
    await registry.getByRole('tab', { name: words.registry[part] }).click();
    await registry.locator(part === 'responders' ? 'tr[data-responder]' : part === 'devices' ? '.device-lines li' : '.weather-form').first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  it('asked no other host and broke no rule of its page', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});

describe('a new device’s key', () => {
  let watched: WatchedPage & { registry: Locator };
  let registered = false;

  beforeAll(async () => {
    watched = await open('zh', usernameOf(service, 'supervisor', 0));
    const stranger = { protocol: 'http', device: 'stranger-1', source_addr: '127.0.0.1', first_at: new Date().toISOString(), last_at: new Date().toISOString(), times: 1, alarmed: false };
    await watched.page.route('**/v1/devices/unknown', (route) => route.fulfill({ json: { items: registered ? [] : [stranger] } }));
    await watched.page.reload();
    await watched.page.getByRole('button', { name: zh.header.registry, exact: true }).click();
  });

  afterAll(async () => {
    await watched?.page.context().close();
  });

  it('stays until somebody says that it is noted, whatever becomes of the list', async () => {
    const { page, registry } = watched;
    const words = wordsOf('zh').registry;
    await registry.getByRole('tab', { name: words.devices }).click();
    const line = registry.locator('li', { hasText: 'stranger-1' });
    await line.getByRole('button', { name: words.registerTo }).click();
    await line.getByRole('searchbox').fill('陈');
    await page.keyboard.press('Enter');
    registered = true;
    await line.getByRole('button', { name: zh.dialog.pick }).first().click();
    const key = registry.locator('.device-key', { hasText: 'stranger-1' });
    await key.locator('code').waitFor();
    const told = await key.locator('code').textContent();
    // The list is asked for again whenever the page is looked at again.
    await expect
      .poll(async () => {
        await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
        return registry.getByText(zh.care.noneUnknown).count();
      }, { timeout: 40_000 })
      .toBe(1);
    expect(await key.locator('code').textContent()).toBe(told);
    await key.getByRole('button', { name: words.keyDone }).click();
    await key.waitFor({ state: 'detached' });
  });
});

describe('a part of the page that could not be fetched', () => {
  it.each(['registry', 'keys'] as const)('is there after another try: %s', async (part) => {
    const { page } = await openPage(browser, service.url);
    await page.route(/assets\/[^/]*(Registry|HelpSheet)-[^/]*\.js/, (route) => route.abort());
    await page.goto(`${service.url}/?lang=zh`);
    await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 2));
    await page.locator('input[autocomplete="current-password"]').fill(service.password);
    await page.getByRole('button', { name: zh.login.submit }).click();
    await page.locator('.connection.live').waitFor();
    await page.keyboard.press(part === 'registry' ? 'Alt+r' : 'F1');
    const broken = page.locator('.broken');
    await broken.waitFor();
    await page.unroute(/assets\/[^/]*(Registry|HelpSheet)-[^/]*\.js/);
    await broken.getByRole('button', { name: zh.queue.retry }).click();
    await page.locator(part === 'registry' ? '.registry [role="tab"]' : '.key-groups').first().waitFor();
    await page.context().close();
  });
});
