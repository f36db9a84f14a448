import { create } from 'zustand';

import type { LiveStatus } from '../../shared/live';
import { AlarmSound, type SoundState, type TuneName } from '../header/alarm-sound';
import { heardAgain, soundingOf } from '../model/alarm';
import { isRingingIn } from '../model/calls';
import { isDeaf } from '../model/deaf';
import { isRinging, urgencyOf } from '../model/queue';
import { notToldOf } from '../model/unrecorded';
import { useFeed } from './feed-store';
import { useSession } from './session';
import { isHeardHere, isResting, useShift } from './shift';
import { setAudible, useWindow } from './windows';

/** A browser may suspend the sound again, and not every one says so. */
const LOOK_AGAIN_MS = 3_000;

interface SoundStore {
  state: SoundState;
  /** What repeats, null for silence. */
  tune: TuneName | null;
}

/** Whether this page can be heard, and what it plays. */
export const useSound = create<SoundStore>(() => ({ state: 'blocked', tune: null }));

const rung = new Set<string>();
let hadLoudspeaker = false;
let lostLoudspeaker = false;

const sound = new AlarmSound(renewState);

/**
 * Sounds while an alarm waits, straight from the feed and before anything is drawn; there is no mute.
 * Returns the way to stop.
 */
export function startSound(): () => void {
  const unlock = (): void => {
    if (sound.state() !== 'ready') void sound.unlock().then(renewState);
  };
  unlock();
  void lookForLoudspeaker();
  document.addEventListener('pointerdown', unlock);
  document.addEventListener('keydown', unlock);
  // Not on every site: without TLS the browser tells nothing of its devices.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  const onDevices = (): void => void lookForLoudspeaker();
  devices?.addEventListener('devicechange', onDevices);
  const timer = setInterval(() => {
    renewState();
    sing(); // whether somebody else takes what comes changes with time
  }, LOOK_AGAIN_MS);
  const stops = [useWindow.subscribe(sing), useShift.subscribe(sing), useSession.subscribe(sing)];
  const stop = useFeed.subscribe((feed, before) => {
    if (feed.tickets === before.tickets && feed.calls === before.calls && feed.unrecorded === before.unrecorded) return;
    sing();
    const again = heardAgain(before.tickets, feed.tickets);
    if (again === null || !useWindow.getState().loudest || !isHeardHere(again)) return;
    if (isRinging(again)) sound.again();
    else sound.once(urgencyOf(again));
  });
  sing();
  return () => {
    document.removeEventListener('pointerdown', unlock);
    document.removeEventListener('keydown', unlock);
    devices?.removeEventListener('devicechange', onDevices);
    clearInterval(timer);
    for (const end of [stop, ...stops]) end();
    sound.play(null);
    useSound.setState({ tune: null });
  };
}

/** Plays the alarm for the audio check; a real one that sounds is heard instead. */
export function tryOut(): void {
  void sound.unlock().then(() => {
    renewState();
    sound.once('2');
  });
}

/** An alarm drowns the telephone, which rings on the desk as well; what is old does not ring. */
function sing(): void {
  const { tickets, calls, unrecorded, status } = useFeed.getState();
  // Of several windows on one PC only one sounds; whoever rests is left in peace while somebody else is there.
  const { loudest } = useWindow.getState();
  const alarm = loudest && !isResting() ? soundingOf(tickets.values()) : null;
  const called = loudest && !calls.former && calls.list.some(isRingingIn);
  const tune = alarm !== null ? urgencyOf(alarm) : called ? 'telephone' : loudest && isDeaf(useSession.getState().stage, cutFor_ms(status)) ? 'deaf' : null;
  sound.play(tune);
  if (tune !== useSound.getState().tune) useSound.setState({ tune });
  // Once for each; while the sound is blocked it is owed, and rings with the first touch.
  if (loudest && sound.state() === 'ready' && notToldOf(unrecorded.alarms, rung).length > 0) sound.once('2');
}

let cutSince: number | null = null;

/** Returns for how long the feed is not live; by a clock that nobody sets. */
function cutFor_ms({ state }: LiveStatus): number | null {
  cutSince = state === 'live' ? null : (cutSince ?? performance.now());
  return cutSince === null ? null : performance.now() - cutSince;
}

function renewState(): void {
  const state = lostLoudspeaker ? 'gone' : sound.state();
  const before = useSound.getState().state;
  if (state === before) return;
  useSound.setState({ state });
  setAudible(state === 'ready');
  if (state !== 'ready') return;
  sound.again(); // what waited while nobody could hear it
  sing();
}

/**
 * A loudspeaker that was there and is not any more is gone. One that never was may only not be told
 * of: browsers differ, so nothing is said then.
 */
async function lookForLoudspeaker(): Promise<void> {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  const list = await devices?.enumerateDevices().catch(() => null);
  if (list === null || list === undefined) return;
  const has = list.some(({ kind }) => kind === 'audiooutput');
  hadLoudspeaker ||= has;
  lostLoudspeaker = hadLoudspeaker && !has;
  renewState();
}
