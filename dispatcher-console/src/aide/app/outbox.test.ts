import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { Api, PostOptions } from '../../shared/api';
import { ApiError } from '../../shared/api';
import { HELD_MS, MOST_WAITING } from '../model/outbox';
import { aFile, AIDE, aStep, onDuty } from '../testing/files';
import { createOffers } from './offers';
import { Outbox, type OutboxOptions } from './outbox';
import { memoryStorage, type OutboxStorage } from './outbox-storage';
import { seal, unseal } from './sealed';
import { createStore } from './store';

type Answer = object | number;

const accepted = aFile({ status: 'accepted' }, { seq: 11 });

/** An aide with an offer, and a server that answers each POST in turn, then not at all. */
function bench(answers: Answer[], more: Partial<OutboxOptions> = {}) {
  const sent: { step: string; key: string | null | undefined }[] = [];
  const post: Api['post'] = async <T>(path: string, _body?: object, options?: PostOptions) => {
    sent.push({ step: path.split('/').at(-1) ?? '', key: options?.idempotencyKey });
    const answer = answers[sent.length - 1] ?? 0;
    if (typeof answer !== 'number') return answer as T;
    throw new ApiError({ status: answer, title: 'no', current: aFile({ status: 'expired' }, { seq: 12 }) });
  };
  const get: Api['get'] = async <T>() => accepted as T;
  const store = createStore(onDuty({ offers: [aFile()] }));
  const storage = memoryStorage();
  let pauses = 0;
  let time = Date.parse('2026-11-21T04:00:00Z');
  const outbox = new Outbox({
    api: { post },
    store,
    offers: createOffers({ get }, store),
    storage,
    now: () => time,
    isHere: () => true,
    // Without an answer the page waits; after so many pauses the test has seen enough.
    wait: (ms) => {
      time += ms;
      return ++pauses < 20 ? Promise.resolve() : new Promise(() => undefined);
    },
    ...more,
  });
  return { outbox, store, storage, sent, later: (ms: number) => (time += ms) };
}

/** A pause that only waking ends. */
const untilWoken = (_: number, woken: AbortSignal): Promise<void> =>
  new Promise((resolve) => woken.addEventListener('abort', () => resolve()));

/** Lets everything that can happen happen. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('a step', () => {
  it('is on the screen at once, and gone when the centre has it', async () => {
    const { outbox, store, storage, sent } = bench([accepted]);
    const taken = outbox.take('o1', 'accept');
    expect(store.get().outbox.waiting).toMatchObject([{ step: 'accept', user: AIDE.id }]);
    await taken;
    await settled();
    expect(sent).toHaveLength(1);
    expect(store.get()).toMatchObject({ outbox: { waiting: [] }, offers: [{ offer: { status: 'accepted' } }] });
    expect((await storage.read()).waiting).toEqual([]);
  });

  it('is sent with the same key until there is an answer, and the next one only then', async () => {
    const { outbox, sent } = bench([0, 503, 0, accepted, accepted]);
    await Promise.all([outbox.take('o1', 'accept'), outbox.take('o1', 'depart')]);
    await settled();
    expect(sent.map(({ step }) => step)).toEqual(['accept', 'accept', 'accept', 'accept', 'depart']);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it('on can be taken back while it is held, and nobody was told of it', async () => {
    const { outbox, store, storage, sent } = bench([accepted], { wait: untilWoken });
    await outbox.take('o1', 'on-scene');
    await settled();
    const [held] = store.get().outbox.waiting;
    await outbox.takeBack(held?.key ?? '');
    await settled();
    expect(store.get().outbox.waiting).toEqual([]);
    expect((await storage.read()).waiting).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('on that was held long enough, or on which another followed, is sent and stays', async () => {
    const { outbox, store, sent, later } = bench([accepted], { wait: untilWoken });
    await Promise.all([outbox.take('o1', 'depart'), outbox.take('o1', 'on-scene')]);
    await settled();
    expect(sent.map(({ step }) => step)).toEqual(['depart']);
    const [last] = store.get().outbox.waiting;
    later(HELD_MS);
    await outbox.takeBack(last?.key ?? '');
    expect(store.get().outbox.waiting).toHaveLength(1);
    outbox.wake();
    await settled();
    expect(sent.map(({ step }) => step)).toEqual(['depart', 'on-scene']);
  });

  it('that may have reached the centre is not taken back', async () => {
    const { outbox, storage, sent } = bench([0], { wait: untilWoken });
    await Promise.all([outbox.take('o1', 'depart'), outbox.take('o1', 'on-scene')]);
    await settled();
    const [first, second] = (await storage.read()).waiting;
    expect(new Set(sent.map(({ step }) => step))).toEqual(new Set(['depart']));
    await outbox.takeBack(second?.key ?? '');
    await outbox.takeBack(first?.key ?? '');
    expect((await storage.read()).waiting.map(({ step }) => step)).toEqual(['depart']);
  });

  it('tapped twice is one act', async () => {
    const { outbox, sent } = bench([accepted]);
    await Promise.all([outbox.take('o1', 'accept'), outbox.take('o1', 'accept')]);
    await settled();
    expect(sent).toHaveLength(1);
  });

  it('that was kept before the page died is sent by the next page, with its key', async () => {
    const storage = memoryStorage({ waiting: [aStep('accept'), aStep('depart')], verdicts: [] });
    const { outbox, sent } = bench([accepted, accepted], { storage });
    outbox.wake();
    await settled();
    expect(sent.map(({ key }) => key)).toEqual(['key-accept', 'key-depart']);
  });

  it('that came too late makes room for the truth, with the steps that hung on it', async () => {
    const storage = memoryStorage({ waiting: [aStep('accept'), aStep('depart'), aStep('on-scene')], verdicts: [] });
    const { outbox, store, sent } = bench([409], { storage });
    outbox.wake();
    await settled();
    expect(sent).toHaveLength(1);
    expect(store.get().outbox).toMatchObject({ waiting: [], told: [{ step: 'accept', why: 'expired', dropped: ['depart', 'on-scene'] }] });
    expect(store.get().offers).toEqual([]);
    expect((await storage.read()).verdicts).toHaveLength(1);
    await outbox.acknowledge('key-accept');
    expect(store.get().outbox.told).toEqual([]);
    expect((await storage.read()).verdicts).toEqual([]);
  });

  it('on an offer that is not ours any more is told, never dropped', async () => {
    const { outbox, store } = bench([404]);
    await outbox.take('o1', 'accept');
    await settled();
    expect(store.get()).toMatchObject({ offers: [], notices: [], outbox: { told: [{ why: 'gone' }] } });
  });

  it('of another person is left for that person', async () => {
    const storage = memoryStorage({ waiting: [aStep('accept', { user: 'u2' })], verdicts: [] });
    const { outbox, store, sent } = bench([], { storage });
    outbox.wake();
    await settled();
    expect(sent).toEqual([]);
    expect(store.get().outbox.waiting).toEqual([]);
    expect((await storage.read()).waiting).toHaveLength(1);
  });

  it('waits while another page of this phone is used by somebody else', async () => {
    let here = false;
    const { outbox, sent } = bench([accepted], { isHere: () => here });
    await outbox.take('o1', 'accept');
    await settled();
    expect(sent).toEqual([]);
    here = true;
    outbox.wake();
    await settled();
    expect(sent).toHaveLength(1);
  });

  it('waits for the same person when the session has ended', async () => {
    const { outbox, store, storage, sent } = bench([401, accepted]);
    await outbox.take('o1', 'accept');
    await settled();
    expect(sent).toHaveLength(1);
    expect((await storage.read()).waiting).toHaveLength(1);
    expect(store.get().outbox.told).toEqual([]);
  });

  it('is refused kindly when too much waits', async () => {
    const waiting = Array.from({ length: MOST_WAITING }, (_, index) => aStep('accept', { key: `k${index}`, offer: `x${index}` }));
    const { outbox, store } = bench([], { storage: memoryStorage({ waiting, verdicts: [] }) });
    await outbox.refresh();
    await outbox.take('o1', 'accept');
    expect(store.get().outbox.full).toBe(true);
    expect(store.get().outbox.waiting).toHaveLength(MOST_WAITING);
  });
});

describe('a phone that keeps nothing', () => {
  it('sends all the same, and says that a tap does not outlive the page', async () => {
    const full: OutboxStorage = {
      read: () => Promise.reject(new Error('closed')),
      add: () => Promise.reject(new Error('full')),
      remove: () => Promise.reject(new Error('closed')),
    };
    for (const storage of [null, full]) {
      const { outbox, store, sent } = bench([0, accepted], { storage });
      await outbox.take('o1', 'accept');
      expect(store.get().outbox.waiting).toHaveLength(1);
      await settled();
      expect(store.get().outbox).toMatchObject({ keptIn: 'page', waiting: [] });
      expect(sent).toHaveLength(2);
    }
  });
});

it('two pages of a phone send a step once', async () => {
  const storage = memoryStorage();
  let last: Promise<unknown> = Promise.resolve();
  const alone: OutboxOptions['alone'] = (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  const [one, two] = [bench([accepted], { storage, alone }), bench([accepted], { storage, alone })];
  await one.outbox.take('o1', 'accept');
  two.outbox.wake();
  await settled();
  expect(one.sent.length + two.sent.length).toBe(1);
});

describe('what is told of a senior', () => {
  const report = { conscious: 'unresponsive', breathing: 'absent', note: 'in the kitchen' };

  it('waits sealed, and arrives in plain words', async () => {
    const bodies: object[] = [];
    const post: Api['post'] = async <T>(_path: string, body?: object) => {
      bodies.push(body ?? {});
      return accepted as T;
    };
    const { outbox, storage } = bench([], { api: { post }, isHere: () => bodies.length > 0 || isBack });
    let isBack = false;
    await outbox.take('o1', 'report', { content: report });
    await settled();
    const [kept] = (await storage.read()).waiting;
    const content = kept?.content;
    if (content === undefined || 'plain' in content) throw new Error('it is not sealed');
    expect(new TextDecoder().decode(content.text)).not.toContain('kitchen');
    isBack = true;
    outbox.wake();
    await settled();
    expect(bodies).toEqual([report]);
    expect((await storage.read()).waiting).toEqual([]);
  });

  it('is told again when it changed while the first still waits', async () => {
    const { outbox, storage } = bench([], { isHere: () => false });
    await outbox.take('o1', 'report', { content: report });
    await outbox.take('o1', 'report', { content: { ...report, breathing: 'normal' } });
    const opened = await Promise.all((await storage.read()).waiting.map(({ content }) => (content === undefined || 'plain' in content ? null : unseal(content))));
    expect(opened).toMatchObject([{ breathing: 'absent' }, { breathing: 'normal' }]);
  });

  it('is remembered by the page alone where the phone seals nothing, and the screen says so', async () => {
    vi.stubGlobal('crypto', { randomUUID: () => 'k1', getRandomValues: <T>(array: T) => array });
    onTestFinished(() => void vi.unstubAllGlobals());
    const { outbox, store, storage } = bench([], { isHere: () => false });
    await outbox.take('o1', 'report', { content: report });
    await settled();
    expect((await storage.read()).waiting).toEqual([]);
    expect(store.get().outbox).toMatchObject({ keptIn: 'page', waiting: [{ step: 'report' }] });
  });

  it('is said not to have been sent when what was sealed cannot be read any more', async () => {
    const { outbox, store, storage, sent } = bench([]);
    const sealed = await seal(report);
    if (sealed === null) throw new Error('nothing is sealed here');
    const broken = { ...sealed, nonce: new Uint8Array(12) };
    await storage.add({ key: 'k', user: AIDE.id, offer: 'o1', step: 'report', reason: null, content: broken, at: 0 });
    outbox.wake();
    await settled();
    expect(sent).toEqual([]);
    expect(store.get().outbox.told).toMatchObject([{ step: 'report', why: 'unread' }]);
  });
});
