// Versions are pinned exactly, and the lockfile names no registry: each site uses its own mirror.
import { readFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const { dependencies, devDependencies } = read('package.json');
const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version));
const resolved = Object.entries(read('package-lock.json').packages).filter(([, entry]) => entry.resolved !== undefined);

if (loose.length + resolved.length > 0) {
  for (const [name, version] of loose) console.error(`${name} is not pinned: ${version}`);
  for (const [name] of resolved) console.error(`${name} names its registry in the lockfile`);
  process.exit(1);
}
console.log('lockfile: pinned, no registry');
