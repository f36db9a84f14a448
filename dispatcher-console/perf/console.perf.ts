import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openPage, startBrowser } from '../e2e/browser';
import { pressSos } from '../e2e/outside';
import { type Service, startService, usernameOf } from '../e2e/service';
import { startBare } from './bare';
import { devicesOf, logInOf, moveResponders, openTickets, send } from './district';
import { loadWords, printFigures } from './figures';

const OPEN = Number(process.env['PERF_OPEN'] ?? 200);
const ALARMS = Number(process.env['PERF_ALARMS'] ?? 100);
const KEYS = Number(process.env['PERF_KEYS'] ?? 100);
/** `0` leaves the map out, to see what it costs. */
const MAP = process.env['PERF_MAP'] !== '0';
const BETWEEN_MS = 150;

let service: Service;
let browser: Browser;
let page: Page;
let colleague: string;
let movers: Awaited<ReturnType<typeof moveResponders>>;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  console.log(`\nthe machine’s own limit, before anything else runs; ${loadWords()}`);
  await measureBare();
  ({ page } = await openPage(browser, service.url));
  await page.addInitScript(watch);
  if (!MAP) await page.route('**/DistrictMap-*.js', (route) => route.abort());
  await page.goto(`${service.url}/?lang=zh`);
  await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 0));
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.locator('button[type="submit"]').click();
  await page.locator('.connection.live').waitFor();
  if (MAP) await page.locator('.maplibregl-canvas').waitFor();
  colleague = await logInOf(service, usernameOf(service, 'operator', 1));
  movers = await moveResponders(service);
  await openTickets(service, devicesOf(service).slice(0, OPEN), colleague);
  await page.locator('[data-tune=""]').waitFor();
  await settled();
  console.log(`\n${OPEN} open tickets, ${movers.number} responders moving once a second, ${MAP ? 'the map open, drawn by software' : 'no map'}; ${loadWords()}`);
});

afterAll(async () => {
  const failures = movers?.stop();
  if (failures > 0) console.log(`${failures} positions were not taken`);
  await browser?.close();
  await service?.stop();
});

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

interface Watched {
  /** When each ticket's row had been painted. */
  rows: Record<string, number>;
  /** When tones began. */
  tones: number[];
  /** From each key press to the paint after it. */
  keys: number[];
}

/** Runs in the page: takes down when rows are painted, tones begin and keys are answered. */
function watch(): void {
  const seen: Watched = { rows: {}, tones: [], keys: [] };
  Object.assign(window, { seen });
  const painted = (then: () => void): void => void requestAnimationFrame(() => setTimeout(then));
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const row of [node, ...node.querySelectorAll('[data-ticket]')]) {
          const id = row.getAttribute('data-ticket');
          if (id === null || id in seen.rows) continue;
          seen.rows[id] = NaN;
          painted(() => (seen.rows[id] = Date.now()));
        }
      }
  }).observe(document, { childList: true, subtree: true });
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function begin(when?: number) {
    seen.tones.push(Date.now());
    start.call(this, when);
  };
  document.addEventListener('keydown', ({ timeStamp }) => painted(() => seen.keys.push(performance.now() - timeStamp)), true);
}

const seen = (): Promise<Watched> => page.evaluate(() => (window as unknown as { seen: Watched }).seen);

/** Waits until the page has caught up with what was opened for it. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 10; ) {
    const frame_ms = await page.evaluate(async () => {
      const from = performance.now();
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - from;
    });
    quiet = frame_ms < 60 ? quiet + 1 : 0;
    await pause(50);
  }
}

/** What the machine allows a page that does the least: a socket, and a row for each message; a key, and a focus. */
async function measureBare(): Promise<void> {
  const bare = await startBare();
  const plain = await browser.newPage();
  await plain.goto(bare.url);
  await pause(500);
  const said: number[] = [];
  for (let index = 0; index < ALARMS; index += 1) {
    said.push(Date.now());
    bare.say(`m${index}`);
    await pause(BETWEEN_MS);
  }
  await pause(500);
  const times = await plain.evaluate(() => (window as unknown as { seen: Record<string, number> }).seen);
  printFigures('bare page: message sent → <li> painted', said.map((at, index) => (times[`m${index}`] ?? NaN) - at));
  bare.stop();

  await plain.setContent('<ul>' + '<li><button>row</button></li>'.repeat(20) + '</ul>');
  await plain.evaluate(() => {
    const keys: number[] = [];
    Object.assign(window, { keys });
    const buttons = [...document.querySelectorAll('button')];
    document.addEventListener('keydown', ({ timeStamp }) => {
      buttons[(buttons.indexOf(document.activeElement as HTMLButtonElement) + 1) % buttons.length]?.focus();
      requestAnimationFrame(() => setTimeout(() => keys.push(performance.now() - timeStamp)));
    });
  });
  for (let index = 0; index < KEYS; index += 1) {
    await plain.keyboard.press('ArrowDown');
    await pause(BETWEEN_MS);
  }
  printFigures('bare page: arrow key → painted', await plain.evaluate(() => (window as unknown as { keys: number[] }).keys));
  await plain.close();
}

describe('an SOS', () => {
  it('accepted → row painted and sound begun', async () => {
    const devices = devicesOf(service).slice(OPEN, OPEN + ALARMS);
    const rows_ms: number[] = [];
    const tones_ms: number[] = [];
    const pressed_ms: number[] = [];
    for (const [index, device] of devices.entries()) {
      const pressed = Date.now();
      const { ticket } = await pressSos(service, device, `perf-${index}`);
      const accepted = Date.now();
      await page.waitForFunction((id) => ((window as unknown as { seen: Watched }).seen.rows[id] ?? 0) > 0, ticket, {
        polling: 20,
        timeout: 30_000,
      });
      await page.locator('[data-tune="2"]').waitFor();
      const { rows, tones } = await seen();
      rows_ms.push((rows[ticket] ?? NaN) - accepted);
      pressed_ms.push((rows[ticket] ?? NaN) - pressed);
      tones_ms.push((tones.find((at) => at >= pressed) ?? NaN) - accepted);
      await send(service, colleague, 'POST', `/v1/tickets/${ticket}/answer`, {});
      await page.locator('[data-tune=""]').waitFor();
      await pause(BETWEEN_MS);
    }
    // A row or a tone that was missed would be no figure, and nobody would see that it is missing.
    for (const figures of [rows_ms, tones_ms, pressed_ms]) expect(figures.filter(Number.isFinite)).toHaveLength(ALARMS);
    console.log(`slowest: ${rows_ms.map((ms, index) => [ms, index]).sort(([a = 0], [b = 0]) => b - a).slice(0, 5).map(([ms, index]) => `#${index} ${ms} ms`).join(', ')}`);
    printFigures('SOS accepted → row painted (goal: p99 ≤ 300)', rows_ms);
    printFigures('SOS accepted → first tone begun (goal: p99 ≤ 300)', tones_ms);
    printFigures('SOS sent → row painted', pressed_ms);
  });
});

describe('a key', () => {
  const press = async (key: string): Promise<void> => {
    await page.keyboard.press(key);
    await pause(BETWEEN_MS);
  };
  const answered = async (keys: readonly string[]): Promise<number[]> => {
    await page.evaluate(() => void ((window as unknown as { seen: Watched }).seen.keys.length = 0));
    for (const key of keys) await press(key);
    return (await seen()).keys;
  };

  it('→ the paint after it', async () => {
    await page.bringToFront();
    await page.locator('.rows-frame .row').first().focus();
    printFigures('arrow key in the queue → painted (goal: ≤ 100)', await answered(Array.from({ length: KEYS }, () => 'ArrowDown')));
    const opens = Array.from({ length: KEYS }, (_, index) => (index % 2 === 0 ? 'ArrowUp' : 'Enter'));
    const all = await answered(opens);
    printFigures('Enter: a file is opened → painted (goal: ≤ 100)', all.filter((_, index) => index % 2 === 1));
  });
});
