import type { OfferFile } from '../../generated/OfferFile';
import { type Database, inStores, result } from './database';

/** What is kept of the work in hand, and when the centre last told it, Unix milliseconds. */
export interface Remembered {
  user: string;
  offers: readonly OfferFile[];
  at: number;
}

interface Sealed {
  at: number;
  nonce: Uint8Array<ArrayBuffer>;
  text: ArrayBuffer;
}

const KEY = 'key';
const OFFERS = 'offers';

/** A night's work; what is older is nobody's business any more. */
const KEPT_MS = 12 * 3_600_000;

/**
 * The last known offers, so that the page opens without a signal on the work in hand.
 *
 * They name a senior, the door and the illnesses, so they are sealed with AES-GCM. The key lies beside
 * them and cannot be exported: whoever copies the files of the browser, a backup say, or reads the
 * storage by a script in its own page, gets nothing in plain words. It does not protect from somebody
 * who holds the unlocked phone, opens this page and is taken for the aide, nor from whoever can run
 * scripts in this page: against those stand the phone's own lock and the content policy. That is why it
 * is erased, key and all, when the last offer ends, when the session ends, and after twelve hours.
 */
export class Keep {
  readonly #database: Database | null;
  readonly #crypto: SubtleCrypto | undefined;
  /** One thing after the other: an erasing must not be overtaken by a saving. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database | null) {
    this.#database = database;
    // Missing where the page is not secure: then nothing is kept.
    this.#crypto = globalThis.crypto?.subtle;
  }

  save(remembered: Remembered): void {
    void this.#queue(async (database, subtle) => {
      const nonce = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(remembered));
      const key = (await keyIn(database)) ?? (await newKey(database, subtle));
      const text = await subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, plain);
      const sealed: Sealed = { at: remembered.at, nonce, text };
      await inStores(database, ['kept'], 'readwrite', async (kept) => void kept.put(sealed, OFFERS));
    });
  }

  /** Returns what a person had in hand; null when there is nothing, or it is too old, or another's. */
  async recall(user: string, now: number): Promise<Remembered | null> {
    const found = await this.#queue(async (database, subtle) => {
      const sealed = await inStores(database, ['kept'], 'readonly', (kept) => result(kept.get(OFFERS) as IDBRequest<Sealed | undefined>));
      const key = await keyIn(database);
      if (sealed === undefined || key === undefined || now - sealed.at > KEPT_MS) return null;
      const plain = await subtle.decrypt({ name: 'AES-GCM', iv: sealed.nonce }, key, sealed.text);
      const remembered = JSON.parse(new TextDecoder().decode(plain)) as Remembered;
      return remembered.user === user ? remembered : null;
    });
    if (found === null || found === undefined) this.erase();
    return found ?? null;
  }

  erase(): void {
    void this.#queue((database) => inStores(database, ['kept'], 'readwrite', async (kept) => void kept.clear()));
  }

  /** Does one thing after the other; undefined where the phone does not do it. */
  #queue<T>(work: (database: Database, subtle: SubtleCrypto) => Promise<T>): Promise<T | undefined> {
    const [database, subtle] = [this.#database, this.#crypto];
    if (database === null || subtle === undefined) return Promise.resolve(undefined);
    const next = this.#last.then(() => work(database, subtle)).catch(() => undefined);
    this.#last = next;
    return next;
  }
}

function keyIn(database: Database): Promise<CryptoKey | undefined> {
  return inStores(database, ['kept'], 'readonly', (kept) => result(kept.get(KEY) as IDBRequest<CryptoKey | undefined>));
}

async function newKey(database: Database, subtle: SubtleCrypto): Promise<CryptoKey> {
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await inStores(database, ['kept'], 'readwrite', async (kept) => void kept.put(key, KEY));
  return key;
}
