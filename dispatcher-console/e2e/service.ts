import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const READY_MS = 60_000;

/** One line of `demo-devices.csv`. */
export interface Device {
  device: string;
  key: string;
  senior_id: string;
  protocol: string;
  lat: string;
  lon: string;
}

/** One line of `demo-people.csv`. */
export interface Person {
  username: string;
  role: string;
  responder_id: string;
}

/** The real service on a free port, with the quiet demo in a directory of its own. */
export interface Service {
  url: string;
  password: string;
  devices: Device[];
  people: Person[];
  /** Ends the service and starts it again with the same data at the same address. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Every port of devices is a free one. */
const freePorts = Object.fromEntries(
  ['WATCH', 'GT06', 'JT808', 'H02', 'OSMAND', 'OWNTRACKS'].map((protocol) => [
    `SILVERBELL_GATEWAY_${protocol}_LISTEN`,
    '127.0.0.1:0',
  ]),
);

/**
 * Starts the service and waits until it listens; everything it needs is thrown away at the end.
 * `settings` are variables of its environment, beside those of every story.
 */
export async function startService(settings: Record<string, string> = {}): Promise<Service> {
  const binary = resolve(process.env['SILVERBELL_BIN'] ?? '../target/release/silverbell');
  const data = mkdtempSync(join(tmpdir(), 'silverbell-e2e-'));
  const password = `e2e-${Math.random().toString(36).slice(2)}`;
  const start = (listen: string): ChildProcess =>
    spawn(binary, ['serve', '--demo=quiet', '--data', data, '--listen', listen], {
      env: {
        ...process.env,
        ...freePorts,
        SILVERBELL_DEMO_PASSWORD: password,
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  let child = start('127.0.0.1:0');
  const end = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await new Promise((done) => child.once('exit', done));
  };
  const stop = async (): Promise<void> => {
    await end();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const url = await listening(child);
    return {
      url,
      password,
      devices: rows<Device>(join(data, 'demo-devices.csv')),
      people: rows<Person>(join(data, 'demo-people.csv')),
      restart: async () => {
        await end();
        child = start(new URL(url).host);
        await listening(child);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for `listening on http://…`; a service that dies says why in the error. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let out = '';
    let log = '';
    const timer = setTimeout(() => failed(new Error(`not ready in ${READY_MS} ms\n${log.slice(-2_000)}`)), READY_MS);
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-8_000);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const url = /listening on (http:\/\/\S+)/.exec(out)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      found(url);
    });
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`the service ended with ${code}\n${log.slice(-2_000)}`)));
  });
}

/** Reads a CSV without quotes, which is all that the demo writes. */
function rows<Row>(path: string): Row[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) as Row;
  });
}

/** The log-in name of somebody of the demo, by role. */
export function usernameOf(service: Service, role: string, index: number): string {
  const person = service.people.filter((someone) => someone.role === role)[index];
  if (person === undefined) throw new Error(`the demo has no ${role}`);
  return person.username;
}
