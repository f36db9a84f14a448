// The style sheets of the console, the board and the reports: colours are tokens, letters follow the reader's size. `--mend` turns px of
// letters into rem.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folders = ['console', 'board', 'reports'].map((page) => new URL(`../src/${page}/styles/`, import.meta.url).pathname);
const sheets = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
const mend = process.argv.includes('--mend');
const rem = (px) => `${Number((Number(px) / 16).toFixed(4))}rem`;
const faults = [];

for (const path of sheets.filter((file) => file.endsWith('.css') && !file.endsWith('tokens.css'))) {
  const name = relative(process.cwd(), path);
  let text = readFileSync(path, 'utf8');
  if (mend) {
    text = text
      .replace(/((?:font-size|line-height): )([\d.]+)px/g, (_, what, px) => what + rem(px))
      .replace(/(font: (?:\w+ )?)([\d.]+)px/g, (_, what, px) => what + rem(px))
      .replace(/(font: (?:\w+ )?[\d.]+rem\/)([\d.]+)px/g, (_, what, px) => what + rem(px));
    writeFileSync(path, text);
  }
  const lines = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).split('\n');
  for (const [index, line] of lines.entries()) {
    const say = (what) => faults.push(`${name}:${index + 1}: ${what}: ${line.trim()}`);
    if (/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(/i.test(line)) say('a colour that is no token');
    if (/\b(?:font(?:-size)?|line-height):[^;]*\dpx/.test(line)) say('letters in px do not grow (--mend)');
  }
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log('styles: colours are tokens, letters grow');
