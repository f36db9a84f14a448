import { create } from 'zustand';

import { movedTo } from '../model/coordinates';
import type { Pin } from '../model/pin';

interface PinState {
  /** The pin that is being moved; null when nobody corrects a place. */
  pin: Pin | null;
}

export const usePin = create<PinState>(() => ({ pin: null }));

export function startPin(pin: Pin): void {
  usePin.setState({ pin: movedTo(pin, pin.lat, pin.lon) });
}

export function movePin(pin: Pin): void {
  usePin.setState({ pin });
}

export function leavePin(): void {
  usePin.setState({ pin: null });
}
