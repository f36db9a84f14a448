// Draws the icons of the installed aide's page from the bell of its screens. Run by hand when the bell changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const aide = new URL('../src/aide/', import.meta.url).pathname;
const paths = [...readFileSync(`${aide}ui/parts.tsx`, 'utf8').matchAll(/<path d="([^"]+)"/g)].map(([, d]) => d);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox'],
});
for (const size of [192, 512]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  // Phones cut icons round or with corners: the bell keeps to the middle 60 %.
  await page.setContent(`<body style="margin:0;background:#0b5d3b"><svg xmlns="http://www.w3.org/2000/svg"
    width="${size}" height="${size}" viewBox="-8 -8 40 40" fill="#fffefb">${paths.map((d) => `<path d="${d}"/>`).join('')}</svg>`);
  writeFileSync(`${aide}public/aide-${size}.png`, await page.screenshot());
}
await browser.close();
