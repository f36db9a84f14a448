// Both languages have the same keys, placeholders match, no key of the console, the board or the reports is unused, and
// nothing is said beside them.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = new URL('../src/console/', import.meta.url).pathname;
const pages = ['board', 'reports'].map((page) => new URL(`../src/${page}/`, import.meta.url).pathname);
const load = async (lang) => {
  const paths = ['screens', 'words', 'registry'].map((part) => join(root, 'i18n', `${lang}-${part}.ts`));
  const parts = [...paths, ...pages.map((page) => join(page, 'words', `${lang}.ts`))].map((path) => {
    // The word files are plain objects: without their types they are JavaScript.
    const text = readFileSync(path, 'utf8')
      .replace(/import type .*\n/g, '')
      .replace(/export const \w+(: [^=]+)? =/, 'export const words =');
    return import(`data:text/javascript,${encodeURIComponent(text)}`);
  });
  const loaded = await Promise.all(parts);
  return new Map(loaded.flatMap((module) => flatten(module.words)));
};
const flatten = (words, prefix = '') =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
const filesOf = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return ['i18n', 'testing', 'words'].includes(name) ? [] : filesOf(path);
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) ? [path] : [];
  });
const files = [root, ...pages].flatMap(filesOf).map((path) => ({ path: relative(join(root, '..'), path), text: readFileSync(path, 'utf8') }));

const [zh, en] = await Promise.all([load('zh'), load('en')]);
const code = files.map(({ text }) => text).join('\n') + readFileSync(join(root, 'i18n/index.ts'), 'utf8');
const placeholders = (text) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort().join();
const faults = [];
// Groups spoken by a word of the API: `word('kind', …)`, a `group` field, or a template.
const spokenByCode = new Set(
  [...code.matchAll(/word\(\s*'(\w+)'|t\(`(\w+)\.\$\{|group: ([^;]+); code/g)].flatMap(([, word, template, groups]) =>
    groups === undefined ? [word ?? template] : [...groups.matchAll(/'(\w+)'/g)].map((match) => match[1]),
  ),
);

for (const [key, text] of zh) {
  const other = en.get(key);
  if (other === undefined) faults.push(`en lacks ${key}`);
  else if (placeholders(text) !== placeholders(other)) faults.push(`${key}: placeholders differ`);
  const [group] = key.split('.');
  const spoken = code.includes(`'${key}'`) || spokenByCode.has(group);
  if (!spoken) faults.push(`${key} is used nowhere`);
}
for (const key of en.keys()) if (!zh.has(key)) faults.push(`zh lacks ${key}`);
for (const [key, text] of en) if (/[\u3400-\u9fff]/.test(text)) faults.push(`en ${key} has Chinese in it`);

// What stands in the code itself would be said in one language only.
const CHINESE = /[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]/;
const SAID = /\b(?:aria-label|aria-description|title|placeholder|alt|label|hint|submit)=(?:"([^"]*)"|\{\s*(?:'([^']*)'|`([^`]*)`)\s*\})/g;
/** Between two tags, with letters of which at least two stand together; `=>` and operators are no tags. */
const BETWEEN = /(?<!=)>([^<>{}=;()&|?]*[A-Za-z]{2,}[^<>{}=;()&|?]*)<\/?[A-Za-z>]/g;
for (const { path, text } of files) {
  const plain = text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"])\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
  const say = (index, words) => faults.push(`${path}:${plain.slice(0, index).split('\n').length}: said beside the words: ${words.trim().slice(0, 60)}`);
  for (const [number, line] of plain.split('\n').entries())
    if (CHINESE.test(line)) faults.push(`${path}:${number + 1}: said beside the words: ${line.trim().slice(0, 60)}`);
  if (!path.endsWith('.tsx')) continue;
  for (const match of plain.matchAll(SAID)) {
    const words = (match[1] ?? match[2] ?? match[3] ?? '').replace(/\$\{[^}]*\}/g, '');
    if (/[A-Za-z]{2,}/.test(words)) say(match.index, words);
  }
  for (const match of plain.matchAll(BETWEEN)) say(match.index, match[1]);
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`i18n: ${zh.size} keys in zh and en`);
