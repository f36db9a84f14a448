import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What starts, watches and stops the server; the Rust tests use the same. */
const WATCHDOG = resolve('../crates/testkit-postgres/src/server.sh');

/** A throw-away PostgreSQL that is stopped and started at will. */
export interface Postgres {
  /** What the service finds in `DATABASE_URL`. */
  url: string;
  /** Stops it as a power cut would. */
  stop: () => Promise<void>;
  /** Starts it again and waits until it answers. */
  start: () => Promise<void>;
  /** Ends it and throws away what it kept. */
  remove: () => Promise<void>;
}

/** Starts a PostgreSQL of one's own, reached by a Unix socket; it goes when this process goes, however that comes about. */
export async function startPostgres(): Promise<Postgres> {
  // A group of its own: an interrupt from the keyboard ends the tests, and the watchdog has yet to clean up.
  const watchdog = spawn('sh', [WATCHDOG, programs()], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done, failed) => {
    watchdog.once('exit', () => done());
    watchdog.once('error', failed);
  });
  const answers = createInterface(watchdog.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await answers.next();
    if (done === true) throw new Error('PostgreSQL did not do what it was told, see above');
    return value;
  };
  const command = async (word: 'start' | 'stop'): Promise<void> => {
    watchdog.stdin.write(`${word}\n`);
    await answer();
  };
  const home = await answer();
  return {
    url: `postgres://postgres@localhost/postgres?host=${home}`,
    stop: () => command('stop'),
    start: () => command('start'),
    remove: async () => {
      watchdog.stdin.end();
      await ended;
    },
  };
}

/** Returns the folder of the newest PostgreSQL's programs: Debian keeps them off the path. */
function programs(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return found;
}
