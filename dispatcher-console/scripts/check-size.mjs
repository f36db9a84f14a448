// What a page loads before it can be used stays small: an aide's phone in a valley has two bars of 3G.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMITS_KB = { 'index.html': 250, 'board.html': 250, 'reports.html': 250, 'aide.html': 60, 'link.html': 40 };
const dist = new URL('../dist/', import.meta.url).pathname;

/** The page, what it names, and what those import at once; not what they load later. */
const loadedAtFirst = (page) => {
  const found = new Set();
  const wanted = [page];
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (found.has(path) || !existsSync(join(dist, path))) continue;
    found.add(path);
    const text = readFileSync(join(dist, path), 'utf8');
    if (path.endsWith('.html'))
      for (const [, name] of text.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="\/?([^"#?]+)"/g)) wanted.push(name);
    if (path.endsWith('.js'))
      for (const [, name] of text.matchAll(/(?:^|[;}\s])(?:import|export)(?:[\w{}\s,*$]+from)?\s*["'](\.{1,2}\/[^"']+)["']/g))
        wanted.push(normalize(join(dirname(path), name)));
  }
  return [...found];
};

if (!existsSync(join(dist, 'index.html'))) {
  console.log('size: nothing is built yet (npm run build)');
  process.exit(0);
}
let tooLarge = false;
for (const [page, limit_kb] of Object.entries(LIMITS_KB)) {
  const files = loadedAtFirst(page);
  const bytes = files.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
  const kb = bytes / 1000;
  console.log(`size: ${page} loads ${kb.toFixed(1)} of ${limit_kb} kB (gzip, ${files.length} files)`);
  tooLarge ||= kb > limit_kb;
}
process.exit(tooLarge ? 1 : 0);
