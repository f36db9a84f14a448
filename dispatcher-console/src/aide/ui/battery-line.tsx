import type { JSX } from 'preact';

import { type Battery, isLow } from '../model/battery';
import { usePage } from './context';

/** How much is left in the phone; asks for the charger while there is time. */
export function BatteryLine({ battery }: { battery: Battery }): JSX.Element | null {
  const { t } = usePage();
  if (battery === null) return null;
  const { level_pct: level, charging } = battery;
  if (!isLow(battery)) return <p class="muted" data-battery="good">{t(charging ? 'battery.charging' : 'battery.left', { level })}</p>;
  return (
    <p class="card card-bad" role="status" data-battery="low">
      {t('battery.low', { level })}
    </p>
  );
}
