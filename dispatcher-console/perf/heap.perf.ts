import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { openPage, startBrowser } from '../e2e/browser';
import { pressSos } from '../e2e/outside';
import { type Service, startService, usernameOf } from '../e2e/service';
import { devicesOf } from './district';

const EVENTS = Number(process.env['PERF_EVENTS'] ?? 100_000);
const SHIFT_MS = 8 * 3600 * 1000;
/** Less than the silence that the feed takes for death. */
const STEP_MS = 10_000;
const CHECKPOINTS = 8;

let service: Service;
let browser: Browser;
let page: Page;
let debug: CDPSession;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  ({ page } = await openPage(browser, service.url));
  await page.clock.install({ time: new Date() });
  await page.addInitScript(holdFeed);
  await page.goto(`${service.url}/?lang=zh`);
  await page.locator('input[autocomplete="username"]').fill(usernameOf(service, 'operator', 0));
  await page.locator('input[autocomplete="current-password"]').fill(service.password);
  await page.locator('button[type="submit"]').click();
  await page.locator('.connection.live').waitFor();
  const [device] = devicesOf(service);
  if (device === undefined) throw new Error('the demo has no device');
  const { ticket } = await pressSos(service, device, 'heap');
  await page.locator(`[data-ticket="${ticket}"]`).waitFor();
  debug = await page.context().newCDPSession(page);
  await debug.send('HeapProfiler.enable');
  await page.evaluate(takeOver, ticket);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** Runs in the page, before it: keeps the last socket, and what it said first. */
function holdFeed(): void {
  const Real = WebSocket;
  const held: { socket: WebSocket | null; snapshot: string } = { socket: null, snapshot: '' };
  Object.assign(window, { held });
  window.WebSocket = class extends Real {
    constructor(url: string | URL) {
      super(url);
      held.socket = this;
      this.addEventListener('message', ({ data }) => {
        if (String(data).startsWith('{"type":"snapshot"')) held.snapshot = String(data);
      });
    }
  };
}

interface Sim {
  step: (events: number, now: number) => void;
}

/**
 * Runs in the page: speaks the live protocol in the server's place, as fast as it is told to, through
 * the page's own handler. Files of tickets that never were are answered like the one that is.
 */
async function takeOver(real: string): Promise<void> {
  const { held } = window as unknown as { held: { socket: WebSocket; snapshot: string } };
  const ask = window.fetch.bind(window);
  const file = await (await ask(`/v1/tickets/${real}`)).json();
  const snapshot = JSON.parse(held.snapshot);
  const hear = held.socket.onmessage?.bind(held.socket);
  held.socket.onmessage = null;
  const made = new Map<string, { age: number; ticket: Record<string, unknown> }>();
  window.fetch = (input, init) => {
    const id = /\/v1\/tickets\/(sim-[^/?]+)/.exec(String(input))?.[1];
    if (id === undefined) return ask(input, init);
    const ticket = { ...file.ticket, ...made.get(id)?.ticket, id };
    const body = init?.method === 'POST' ? ticket : { ...file, ticket };
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }));
  };
  let seq = 10_000_000;
  let number = 0;
  const OPEN = 20;
  const LIFE = 25;
  const say = (message: object): void => hear?.({ data: JSON.stringify(message) } as MessageEvent);

  const one = (at: string): void => {
    let [id] = [...made.keys()].slice(number % Math.max(1, made.size));
    if (id === undefined || made.size < OPEN) {
      number += 1;
      id = `sim-${number}`;
      made.set(id, { age: 0, ticket: {} });
    }
    number += 1;
    const state = made.get(id);
    if (state === undefined) return;
    state.age += 1;
    const { age } = state;
    seq += 1;
    state.ticket = {
      ...file.ticket,
      id,
      senior: null,
      number,
      seq,
      urgency: (number % 4) + 1,
      signals: 1 + (age > 10 ? 1 : 0),
      handling: age === 1 ? 'waiting' : 'answered',
      owner: age === 1 ? null : 'a-colleague',
      status: age > LIFE ? 'closed' : 'open',
      escalated_to: age > 15 ? ['supervisor'] : [],
      times: { ...file.ticket.times, received: at },
    };
    say({ type: 'event', seq, prev: seq - 1, at, event: 'offered', ticket: state.ticket });
    if (age > LIFE) made.delete(id);
  };

  say({ ...snapshot, seq, tickets: [] });
  const sim: Sim = {
    step: (events, now) => {
      const at = new Date(now).toISOString();
      for (let index = 0; index < events; index += 1) one(at);
      const responders = snapshot.responders.map(({ id }: { id: string }) => ({ id, lat: 24.5 + (seq % 100) / 1e4, lon: 117.7, at }));
      say({ type: 'positions', at, responders });
      say({ type: 'heartbeat', seq, at });
    },
  };
  Object.assign(window, { sim });
}

async function report(done: number): Promise<number> {
  for (let round = 0; round < 3; round += 1) await debug.send('HeapProfiler.collectGarbage');
  const { usedSize } = await debug.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await debug.send('Memory.getDOMCounters');
  const mb = usedSize / 1e6;
  console.log(`${String(done).padStart(7)} events  heap ${mb.toFixed(1).padStart(6)} MB  nodes ${nodes}  listeners ${jsEventListeners}`);
  return mb;
}

describe('eight hours', () => {
  it(`of ${EVENTS} events leave the heap as it was`, async () => {
    const steps = Math.round(SHIFT_MS / STEP_MS);
    const each = EVENTS / steps;
    const start = await page.evaluate(() => Date.now());
    console.log(`\neight hours of the page's clock, ${EVENTS} events, garbage collected before each line`);
    let done = 0;
    const first: number[] = [];
    for (let step = 0; step < steps; step += 1) {
      const events = Math.round(each * (step + 1)) - done;
      await page.evaluate(
        ([count, now]) => (window as unknown as { sim: Sim }).sim.step(count, now),
        [events, start + step * STEP_MS] as const,
      );
      done += events;
      await page.clock.runFor(STEP_MS);
      if (step === 0 || (step + 1) % Math.floor(steps / CHECKPOINTS) === 0) first.push(await report(done));
    }
    const warm = first[2] ?? NaN;
    console.log(`grown since a quarter: ${((first.at(-1) ?? NaN) - warm).toFixed(1)} MB`);
  });
});
