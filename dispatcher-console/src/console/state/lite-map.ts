import { create } from 'zustand';

const KEPT = 'silverbell.map';

interface LiteMapState {
  /** What somebody chose at this PC; null while the PC's graphics decide. */
  chosen: boolean | null;
}

function kept(): boolean | null {
  try {
    const word = localStorage.getItem(KEPT);
    return word === null ? null : word === 'lite';
  } catch {
    return null; // a browser may forbid it: then the PC decides each time
  }
}

/** Whether this PC draws the lite map (精简地图): a matter of the PC, not of who sits at it. */
export const useLiteMap = create<LiteMapState>(() => ({ chosen: kept() }));

export function chooseLiteMap(lite: boolean): void {
  useLiteMap.setState({ chosen: lite });
  try {
    localStorage.setItem(KEPT, lite ? 'lite' : 'full');
  } catch {
    // It stays so until the page is loaded again.
  }
}
