import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Debian's Chromium, drawing by software, as machines without a graphics card must. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
    ],
  });
}

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A page that keeps account of what it must not do. */
export interface WatchedPage {
  page: Page;
  /** Requests to any host but the service's. */
  foreign: string[];
  /** Errors of scripts and of the content policy. */
  errors: string[];
}

/** `kept`: cookies and what pages stored, of another browser. */
export async function openPage(browser: Browser, origin: string, kept?: StorageState): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...(kept === undefined ? {} : { storageState: kept }) });
  const page = await context.newPage();
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) foreign.push(url);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) foreign.push(socket.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // A refused request is an answer; what the policy refuses is a fault of ours.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text());
  });
  return { page, foreign, errors };
}

/** Returns what axe finds wrong with the page as it is, in words. */
export async function axeFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the content policy stays in force.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    interface Fault {
      id: string;
      nodes: { target: string[]; failureSummary?: string }[];
    }
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Fault[] }> } };
    // The size of what is pressed (WCAG 2.2, 2.5.8) is asked for by nobody unless by name.
    const { violations } = await axe.run({ rules: { 'target-size': { enabled: true } } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
  });
}
