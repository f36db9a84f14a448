// No page may ask any host but its own: looks for addresses in our sources and in what was built.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const filesOf = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });

// Names that libraries carry as text and never fetch: XML namespaces and links in their messages.
const NAMES = [
  'www.w3.org/',
  'react.dev/',
  'reactjs.org/',
  'radix-ui.com/',
  'www.radix-ui.com/',
  'maplibre.org/',
  'www.maplibre.org/',
  'github.com/',
  'www.i18next.com',
  'locize.com',
  'www.locize.com',
  'tanstack.com/',
  'preactjs.com/',
  'fb.me/',
  'react.i18next.com/',
  'maplibre.invalid/',
  'wiki.openstreetmap.org/',
];
const ADDRESS = /(?:https?:|wss?:)?\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?\/?)/gi;
const faults = [];

for (const path of filesOf(join(root, 'src'))) {
  if (path.includes('/generated/') || /\.(md|test\.tsx?)$/.test(path)) continue;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (/(https?|wss?):\/\/[a-z0-9]/i.test(line.replaceAll('http://www.w3.org/', ''))) faults.push(`${relative(root, path)}: ${line.trim()}`);
  }
}
if (existsSync(join(root, 'dist'))) {
  for (const path of filesOf(join(root, 'dist'))) {
    if (!/\.(js|css|html|json|webmanifest|svg)$/.test(path)) continue;
    const text = readFileSync(path, 'utf8');
    for (const match of text.matchAll(ADDRESS)) {
      if (!/^(https?|wss?):/i.test(match[0])) continue;
      const host = match[1].toLowerCase();
      if (!NAMES.some((name) => host.startsWith(name) || `${host}/`.startsWith(name)))
        faults.push(`${relative(root, path)}: ${text.slice(match.index, match.index + 90)}`);
    }
    if (path.endsWith('.html') && /<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/i.test(text))
      faults.push(`${relative(root, path)}: inline script, which the content policy forbids`);
  }
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log('hosts: only our own');
