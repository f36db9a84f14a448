import type { Device } from '../../generated/Device';
import { useSpeech } from '../i18n';
import { useFeed } from '../state/feed-store';
import { DeviceCard } from './DeviceCard';

interface DeviceListProps {
  devices: readonly Device[];
  /** The file could not be renewed: what it says of connections is old. */
  old: boolean;
}

/** The senior's devices (终端): what each last said of itself, and what it can be asked. */
export function DeviceList({ devices, old }: DeviceListProps) {
  const { t } = useSpeech();
  const live = useFeed((feed) => feed.status.state === 'live');
  return (
    <section className="devices" aria-labelledby="devices-heading">
      <h3 id="devices-heading">{t('device.heading')}</h3>
      {devices.length === 0 && <p className="muted">{t('device.none')}</p>}
      <ul>
        {devices.map((device) => (
          <li key={device.id} data-device={device.id}>
            <DeviceCard device={device} fresh={live && !old} />
          </li>
        ))}
      </ul>
    </section>
  );
}
