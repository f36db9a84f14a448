const REPEAT_MS = 2_200;

/** `blocked`: the browser lets no page sound before somebody has touched it. */
export type SoundState = 'ready' | 'blocked' | 'none';

/** Two rising tones, repeated until stopped, made by the browser itself: no file to load or to miss. */
export class AlarmSound {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

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
    this.#timer = setInterval(() => this.#ring(), REPEAT_MS);
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
    for (const [index, hertz] of [784, 1047, 784, 1047].entries()) {
      const from = context.currentTime + index * 0.22;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hertz;
      tone.type = 'triangle';
      // Soft edges: a click at each tone would tire those who hear it all night.
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(0.5, from + 0.02);
      volume.gain.linearRampToValueAtTime(0, from + 0.2);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.21);
    }
  }
}
