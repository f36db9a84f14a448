/** What a sound is made of: tones in hertz one after the other, and when they come again. */
export interface Tune {
  tones: readonly number[];
  step_s: number;
  repeat_ms: number;
  volume: number;
}

export type TuneName = '1' | '2' | '3' | '4' | 'telephone' | 'deaf';

/** Returns whether a tune is an alarm's. */
export function isAlarm(tune: TuneName | null): boolean {
  return tune !== null && tune !== 'telephone' && tune !== 'deaf';
}

/**
 * A tune for each urgency, and one for the telephone. They differ in how many tones, how fast and
 * which way they go, not only in pitch: an ear that has lost the high tones still tells them apart.
 * The less urgent, the softer and the rarer: whoever sits here hears them for twelve hours.
 */
export const TUNES: Record<TuneName, Tune> = {
  '1': { tones: [988, 740, 988, 740, 988, 740], step_s: 0.13, repeat_ms: 1_600, volume: 0.5 },
  '2': { tones: [784, 1047, 784, 1047], step_s: 0.22, repeat_ms: 2_200, volume: 0.5 },
  '3': { tones: [523, 659, 784], step_s: 0.32, repeat_ms: 4_000, volume: 0.35 },
  '4': { tones: [587, 440], step_s: 0.45, repeat_ms: 7_000, volume: 0.28 },
  // A warble, lower and softer: nobody may take it for an alarm.
  telephone: { tones: [440, 494, 440, 494, 440, 494, 440, 494], step_s: 0.09, repeat_ms: 3_600, volume: 0.22 },
  // Low, slow and rare: no alarm, but that none would be heard.
  deaf: { tones: [247], step_s: 0.9, repeat_ms: 20_000, volume: 0.25 },
};

/** `blocked`: the browser lets no page sound before somebody has touched it. `gone`: no loudspeaker any more. */
export type SoundState = 'ready' | 'blocked' | 'none' | 'gone';

/** Tunes made by the browser itself, one at a time: no file to load or to miss. */
export class AlarmSound {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #playing: TuneName | null = null;
  #failed = false;
  #sounding: OscillatorNode[] = [];
  readonly #onChange: () => void;

  /** `onChange` is told when the browser opens or blocks the sound by itself. */
  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** Opens the sound; call it on a touch or a key. */
  async unlock(): Promise<SoundState> {
    if (typeof AudioContext === 'undefined') return 'none';
    const context = this.#opened();
    // Without a touch before it, this may never settle: the state afterwards is what counts.
    if (context.state !== 'running')
      await Promise.race([context.resume().catch(() => undefined), new Promise((done) => setTimeout(done, 250))]);
    return this.state();
  }

  state(): SoundState {
    if (typeof AudioContext === 'undefined') return 'none';
    if (this.#failed) return 'gone';
    return this.#context?.state === 'running' ? 'ready' : 'blocked';
  }

  /** What repeats at present. */
  get playing(): TuneName | null {
    return this.#playing;
  }

  /** Repeats a tune from now on, null for silence; the one that plays already is not begun anew. */
  play(name: TuneName | null): void {
    if (name === this.#playing) return;
    clearInterval(this.#timer);
    this.#playing = name;
    this.#hush();
    if (name === null) return;
    this.#ring(TUNES[name]);
    this.#timer = setInterval(() => this.#ring(TUNES[name]), TUNES[name].repeat_ms);
  }

  /** Rings a single time, unless something repeats anyway. */
  once(name: TuneName): void {
    if (this.#playing === null) this.#ring(TUNES[name]);
  }

  /** Begins the repeated tune anew, so that what has just come is heard as new. */
  again(): void {
    const name = this.#playing;
    if (name === null) return;
    this.play(null);
    this.play(name);
  }

  #opened(): AudioContext {
    if (this.#context !== null && !this.#failed) return this.#context;
    this.#failed = false;
    const context = new AudioContext();
    context.onstatechange = this.#onChange;
    // Newer browsers say when the device fails; it is tried anew with the next touch.
    context.addEventListener('error', () => {
      this.#failed = true;
      this.#onChange();
    });
    this.#context = context;
    return context;
  }

  #hush(): void {
    for (const tone of this.#sounding) tone.disconnect();
    this.#sounding = [];
  }

  #ring({ tones, step_s, volume: loudest }: Tune): void {
    const context = this.#context;
    if (context?.state !== 'running') return;
    this.#hush();
    this.#sounding = tones.map((hertz, index) => {
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
      return tone;
    });
  }
}
