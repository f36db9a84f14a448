/** What a sound is made of: tones in hertz one after the other, and when they come again. */
export interface Tune {
  tones: readonly number[];
  step_s: number;
  repeat_ms: number;
  volume: number;
}

export const ALARM: Tune = { tones: [784, 1047, 784, 1047], step_s: 0.22, repeat_ms: 2_200, volume: 0.5 };

/** A warble, lower, softer and rarer than an alarm: nobody may take one for the other. */
export const TELEPHONE: Tune = {
  tones: [440, 494, 440, 494, 440, 494, 440, 494],
  step_s: 0.09,
  repeat_ms: 3_600,
  volume: 0.22,
};

/** `blocked`: the browser lets no page sound before somebody has touched it. */
export type SoundState = 'ready' | 'blocked' | 'none';

/** A tune repeated until stopped, made by the browser itself: no file to load or to miss. */
export class AlarmSound {
  readonly #tune: Tune;
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(tune: Tune = ALARM) {
    this.#tune = tune;
  }

  /** Opens the sound; call it on a touch or a key. */
  async unlock(): Promise<SoundState> {
    if (typeof AudioContext === 'undefined') return 'none';
    this.#context ??= new AudioContext();
    // Without a touch before it, this may never settle: the state afterwards is what counts.
    await Promise.race([this.#context.resume().catch(() => undefined), new Promise((done) => setTimeout(done, 250))]);
    return this.state();
  }

  state(): SoundState {
    if (typeof AudioContext === 'undefined') return 'none';
    return this.#context?.state === 'running' ? 'ready' : 'blocked';
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#ring();
    this.#timer = setInterval(() => this.#ring(), this.#tune.repeat_ms);
  }

  /** Rings a single time, unless it rings anyway. */
  once(): void {
    if (this.#timer === undefined) this.#ring();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #ring(): void {
    const context = this.#context;
    if (context?.state !== 'running') return;
    const { tones, step_s, volume: loudest } = this.#tune;
    for (const [index, hertz] of tones.entries()) {
      const from = context.currentTime + index * step_s;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hertz;
      tone.type = 'triangle';
      // Soft edges: a click at each tone would tire those who hear it all night.
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(loudest, from + 0.02);
      volume.gain.linearRampToValueAtTime(0, from + step_s - 0.02);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + step_s - 0.01);
    }
  }
}
