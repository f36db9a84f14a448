/** The phone's own storage of this page. */
export type Database = IDBDatabase;

/** `waiting`: steps in the order of the taps. `verdicts`: what did not count. `kept`: the last offers, sealed. */
type StoreName = 'waiting' | 'verdicts' | 'kept';

const NAME = 'silverbell-aide';
const VERSION = 1;

/** Some phones answer neither yes nor no. */
const OPEN_MS = 3_000;

/** Opens the storage; null where the phone has none for us (private windows, a full disk). */
export function openDatabase(): Promise<Database | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), OPEN_MS);
    const end = (database: Database | null): void => {
      clearTimeout(timer);
      resolve(database);
    };
    try {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('waiting', { autoIncrement: true });
        request.result.createObjectStore('verdicts', { keyPath: 'id' });
        request.result.createObjectStore('kept');
      };
      request.onsuccess = () => {
        // A later page with another layout must not wait for this one.
        request.result.onversionchange = () => request.result.close();
        end(request.result);
      };
      request.onerror = () => end(null);
      request.onblocked = () => end(null);
    } catch {
      end(null);
    }
  });
}

/** Does something in one transaction, and returns when that is done; a change of something that must not be lost is `strict`. */
export async function inStores<T>(
  database: Database,
  names: readonly StoreName[],
  mode: IDBTransactionMode,
  work: (...stores: IDBObjectStore[]) => Promise<T>,
  durability: 'strict' | 'relaxed' = 'strict',
): Promise<T> {
  const transaction = database.transaction(names, mode, { durability });
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the storage gave up'));
  });
  const value = work(...names.map((name) => transaction.objectStore(name)));
  // Whichever of the two fails first is told; the other is heard as well, so that nothing is left over.
  const [made] = await Promise.all([value, ended]);
  return made;
}

/** Returns what a request found. */
export function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the storage said no'));
  });
}
