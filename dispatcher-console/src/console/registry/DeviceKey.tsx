import type { DeviceWithKey } from '../../generated/DeviceWithKey';
import { useSpeech } from '../i18n';
import { hasKey } from '../model/registry-devices';

interface DeviceKeyProps {
  made: DeviceWithKey;
  onDone: () => void;
}

/** A device's key, on the screen once and in no state of the page beyond it. */
export function DeviceKey({ made, onDone }: DeviceKeyProps) {
  const { t } = useSpeech();
  const { device, key } = made;
  return (
    <div className="device-key" role="status">
      <p>
        <strong>{t('registry.key')}</strong> <span className="device-id">{device.device}</span>
      </p>
      {key !== null && <code className="raw">{key}</code>}
      <p>{t(key !== null ? 'registry.keyOnce' : hasKey(device.protocol) ? 'registry.keyLost' : 'registry.keyNone')}</p>
      <button type="button" className="button small" onClick={onDone}>
        {t('registry.keyDone')}
      </button>
    </div>
  );
}
