import type { BellState } from '../model/state';

interface Tune {
  /** Hertz and start in seconds of each stroke. */
  strokes: readonly (readonly [number, number])[];
  wave: OscillatorType;
  every_ms: number;
  vibrate_ms: readonly number[];
}

const TUNES = {
  /** A silver bell: two high strokes, twice. */
  offer: {
    strokes: [
      [1568, 0],
      [1319, 0.18],
      [1568, 0.5],
      [1319, 0.68],
    ],
    wave: 'triangle',
    every_ms: 1_600,
    vibrate_ms: [500, 150, 500],
  },
  /** Falling and low: nobody takes it for a new dispatch. */
  cancelled: {
    strokes: [
      [523, 0],
      [392, 0.3],
      [262, 0.6],
    ],
    wave: 'square',
    every_ms: 4_000,
    vibrate_ms: [900],
  },
  /** Two soft strokes now and then: somebody lies there and is being helped. */
  word: {
    strokes: [
      [880, 0],
      [880, 0.35],
    ],
    wave: 'sine',
    every_ms: 20_000,
    vibrate_ms: [300, 200, 300],
  },
} as const satisfies Record<string, Tune>;

export type TuneName = keyof typeof TUNES;

/** Rings and shakes until told to stop, at most so often: a pocket is no use for hours of it. */
const REPEATS = 60;

/** The bell of the page: WebAudio and vibration, no sound files to load. */
export class Bell {
  #context: AudioContext | null = null;
  #playing: TuneName | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #onState: (state: BellState) => void;

  constructor(onState: (state: BellState) => void) {
    this.#onState = onState;
    if (typeof AudioContext === 'undefined') {
      onState('missing');
      return;
    }
    this.#context = new AudioContext();
    this.#context.onstatechange = () => this.#tellState();
    this.#tellState();
  }

  /** Must be called from a touch: only then may a page make a sound. */
  async unlock(): Promise<void> {
    await this.#context?.resume().catch(() => undefined);
  }

  /** What this phone can do at all. */
  get can(): { sound: boolean; vibration: boolean } {
    return { sound: this.#context !== null, vibration: 'vibrate' in navigator };
  }

  /** Plays a tune over and over; null stops. */
  ring(tune: TuneName | null): void {
    if (tune === this.#playing) return;
    clearInterval(this.#timer);
    this.#playing = tune;
    if (tune === null) return void navigator.vibrate?.(0);
    let left = REPEATS;
    this.once(tune);
    this.#timer = setInterval(() => {
      left -= 1;
      if (left <= 0) clearInterval(this.#timer);
      else this.once(tune);
    }, TUNES[tune].every_ms);
  }

  /** Plays a tune once, also to try the bell. */
  once(tune: TuneName): void {
    const { strokes, wave, vibrate_ms } = TUNES[tune];
    navigator.vibrate?.([...vibrate_ms]);
    const context = this.#context;
    if (context === null || context.state !== 'running') return;
    for (const [hertz, at_s] of strokes) stroke(context, wave, hertz, context.currentTime + at_s);
  }

  #tellState(): void {
    this.#onState(this.#context?.state === 'running' ? 'ready' : 'blocked');
  }
}

function stroke(context: AudioContext, wave: OscillatorType, hertz: number, start_s: number): void {
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.type = wave;
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(0.9, start_s);
  loudness.gain.exponentialRampToValueAtTime(0.001, start_s + 0.45);
  tone.connect(loudness).connect(context.destination);
  tone.start(start_s);
  tone.stop(start_s + 0.5);
}
