import type { SelfTest } from '../../generated/SelfTest';
import type { Api } from '../../shared/api';
import { isComplete, type Part, reportOf, type Result, type SelfTestState, UNTRIED } from '../model/self-test';
import type { Store } from './store';

/** A position that takes longer leads nobody, milliseconds. */
const POSITION_MS = 20_000;

/** What the phone is asked; the page's own parts are given, so that a test can be any phone. */
export interface Phone {
  /** Plays the bell once and shakes; false where the phone cannot. */
  ring(): { sound: boolean; vibration: boolean };
  /** Asks whether notifications may be shown; null where there are none. */
  askNotifications: (() => Promise<NotificationPermission>) | null;
  geolocation: Pick<Geolocation, 'getCurrentPosition'> | null;
  /** Whether what waits for a signal is kept on the phone. */
  keeps: () => boolean;
}

/** The self-test at the start of a shift: what a machine can try it tries, the rest it asks. */
export class SelfTestRun {
  readonly #api: Pick<Api, 'get' | 'put'>;
  readonly #store: Store;
  readonly #phone: Phone;
  readonly #onTold: (at: number) => void;
  /** Answers of a test that was begun before mean nothing to this one. */
  #run = 0;

  constructor(api: Pick<Api, 'get' | 'put'>, store: Store, phone: Phone, onTold: (at: number) => void) {
    this.#api = api;
    this.#store = store;
    this.#phone = phone;
    this.#onTold = onTold;
  }

  /** Begins anew; must be called from a touch, or nothing rings. */
  async start(): Promise<void> {
    const run = ++this.#run;
    this.#tell({ ...UNTRIED, at: this.#state().at, running: true });
    const rang = this.#phone.ring();
    if (!rang.sound) this.#note(run, 'sound', 'missing');
    if (!rang.vibration) this.#note(run, 'vibration', 'missing');
    this.#note(run, 'storage', this.#phone.keeps() ? 'works' : 'missing');
    await Promise.all([
      this.#notification().then((result) => this.#note(run, 'notification', result)),
      this.#position().then((result) => this.#note(run, 'position', result)),
      this.#connection().then((result) => this.#note(run, 'connection', result)),
    ]);
  }

  /** What only a person can say: whether it was heard, whether it was felt. */
  answer(part: 'sound' | 'vibration', perceived: boolean): void {
    this.#note(this.#run, part, perceived ? 'works' : 'failed');
  }

  /** Rings once more, for whoever was not sure. */
  again(): void {
    this.#phone.ring();
  }

  /** Tells the centre, also once more. */
  async send(): Promise<void> {
    const state = this.#state();
    if (!isComplete(state) || state.told === 'sending' || state.told === 'yes') return;
    const run = this.#run;
    this.#tell({ told: 'sending' });
    try {
      const { at } = await this.#api.put<SelfTest>('/v1/me/self-test', reportOf(state));
      if (run !== this.#run) return;
      this.#tell({ told: 'yes', at: Date.parse(at) });
      this.#onTold(Date.parse(at));
    } catch {
      if (run === this.#run) this.#tell({ told: 'failed' });
    }
  }

  #note(run: number, part: Part, result: Result): void {
    if (run !== this.#run) return;
    const parts = { ...this.#state().parts, [part]: result };
    const complete = isComplete({ ...this.#state(), parts });
    this.#tell({ parts, running: !complete });
    if (complete) void this.send();
  }

  async #notification(): Promise<Result> {
    if (this.#phone.askNotifications === null) return 'missing';
    const said = await this.#phone.askNotifications().catch(() => 'default' as const);
    return said === 'granted' ? 'works' : said === 'denied' ? 'refused' : 'failed';
  }

  #position(): Promise<Result> {
    const { geolocation } = this.#phone;
    if (geolocation === null) return Promise.resolve('missing');
    return new Promise((resolve) => {
      // Some phones never answer a question for permission that was put aside.
      const patience = setTimeout(() => resolve('failed'), POSITION_MS + 5_000);
      const end = (result: Result): void => {
        clearTimeout(patience);
        resolve(result);
      };
      geolocation.getCurrentPosition(
        () => end('works'),
        (error) => end(error.code === error.PERMISSION_DENIED ? 'refused' : 'failed'),
        { enableHighAccuracy: true, timeout: POSITION_MS, maximumAge: 60_000 },
      );
    });
  }

  async #connection(): Promise<Result> {
    try {
      await this.#api.get('/v1/session');
      return 'works';
    } catch {
      return 'failed';
    }
  }

  #state(): SelfTestState {
    return this.#store.get().selfTest;
  }

  #tell(selfTest: Partial<SelfTestState>): void {
    this.#store.tell({ type: 'self_test', selfTest });
  }
}
