import { create } from 'zustand';

import { useSession } from '../../console/state/session';

interface DistrictState {
  chosen: string | null;
}

const useChosen = create<DistrictState>(() => ({ chosen: null }));

export function chooseDistrict(chosen: string): void {
  useChosen.setState({ chosen });
}

/** Returns the district of what the server tells by district only: areas, standby places, shifts. */
export function useBoardDistrict(): string | undefined {
  const chosen = useChosen((state) => state.chosen);
  const served = useSession((session) => session.user?.districts);
  return served?.find((one) => one === chosen) ?? served?.[0];
}
