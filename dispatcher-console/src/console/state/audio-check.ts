import { create } from 'zustand';

import { type AudioCheck, isCheckDue, parseCheck } from '../model/audio-check';
import { clock } from '../services';
import { tellHeard } from './shift';

const keyOf = (user: string): string => `silverbell.audioCheck.${user}`;

interface AudioCheckState {
  /** Whose check it is; null before anybody is logged in. */
  user: string | null;
  last: AudioCheck | null;
  /** The bar stands there. */
  open: boolean;
}

/** The audio check of the shift, remembered on this PC for each user. */
export const useAudioCheck = create<AudioCheckState>(() => ({ user: null, last: null, open: false }));

/** Begins a shift: the bar comes when the check is due. */
export function beginAudioCheck(user: string): void {
  const last = parseCheck(read(user));
  useAudioCheck.setState({ user, last, open: isCheckDue(last, clock.now()) });
}

export function askForAudioCheck(): void {
  useAudioCheck.setState({ open: true });
}

/** Keeps what came of it; a PC that keeps nothing asks again at the next log-in. */
export function endAudioCheck(heard: boolean): void {
  const { user } = useAudioCheck.getState();
  const last = { at: clock.now(), heard };
  useAudioCheck.setState({ last, open: false });
  tellHeard(heard); // the colleagues see who has tried the sound
  try {
    if (user !== null) localStorage.setItem(keyOf(user), JSON.stringify(last));
  } catch {
    // Full or forbidden.
  }
}

function read(user: string): string | null {
  try {
    return localStorage.getItem(keyOf(user));
  } catch {
    return null;
  }
}
