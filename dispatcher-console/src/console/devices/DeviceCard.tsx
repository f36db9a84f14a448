import type { Device } from '../../generated/Device';
import { ago } from '../../shared/format';
import { PlaceLine } from '../file/PlaceLine';
import { useSpeech } from '../i18n';
import { deviceView, type DeviceView } from '../model/devices';
import { useNow } from '../state/now';
import { AskDevice } from './AskDevice';
import { ProtocolWord } from './ProtocolWord';
import { SaidByDevice } from './SaidByDevice';

/** One device; no figure without its age. */
export function DeviceCard({ device, fresh }: { device: Device; fresh: boolean }) {
  const { t, lang, word } = useSpeech();
  const view = deviceView(device, useNow(), fresh);
  return (
    <article className="device-card" aria-label={`${word('deviceKind', device.protocol)} ${device.device}`}>
      <header className="row-line">
        <strong>{word('deviceKind', device.protocol)}</strong>
        <span className="device-id">{device.device}</span>
        <ProtocolWord protocol={device.protocol} />
        {device.model !== null && <span className="muted">{t('device.model', { model: device.model })}</span>}
        <span className={`device-line ${view.line}`}>{t(`device.${view.line}`)}</span>
      </header>
      <dl>
        <dt>{t('device.heard')}</dt>
        <dd className={view.missed ? 'doubt' : undefined}>
          {view.heard_ms === null ? t('device.neverHeard') : ago(view.heard_ms, lang)}
        </dd>
        <dt>{t('device.battery')}</dt>
        <dd>
          <Battery battery={view.battery} />
        </dd>
        <dt>{t('device.position')}</dt>
        <dd>
          <PlaceLine placed={device} />
        </dd>
        <dt>{t('device.pressed')}</dt>
        <dd>{view.pressed_ms === null ? t('device.neverPressed') : ago(view.pressed_ms, lang)}</dd>
      </dl>
      {view.takesCommands ? <AskDevice device={device} /> : <p className="muted small-print">{t('device.noCommands')}</p>}
      <SaidByDevice device={device} />
    </article>
  );
}

function Battery({ battery }: { battery: DeviceView['battery'] }) {
  const { t, lang } = useSpeech();
  if (battery === null) return <span className="muted">{t('care.notCounted')}</span>;
  const { pct, age_ms, low } = battery;
  return (
    <>
      <span className={low ? 'doubt' : undefined}>
        {pct}%{low && ` · ${t('device.batteryLow')}`}
      </span>
      {age_ms !== null && <span className="muted"> · {t('device.batteryOld', { age: ago(age_ms, lang) })}</span>}
    </>
  );
}
