// Both languages have the same keys, placeholders match, and no key of the console is unused.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../src/console/', import.meta.url).pathname;
const load = async (lang) => {
  const parts = ['screens', 'words'].map((part) => {
    // The word files are plain objects: without their types they are JavaScript.
    const text = readFileSync(join(root, 'i18n', `${lang}-${part}.ts`), 'utf8')
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
const sources = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'i18n' ? [] : sources(path);
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) ? [readFileSync(path, 'utf8')] : [];
  });

const [zh, en] = await Promise.all([load('zh'), load('en')]);
const code = sources(root).join('\n') + readFileSync(join(root, 'i18n/index.ts'), 'utf8');
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

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`i18n: ${zh.size} keys in zh and en`);
