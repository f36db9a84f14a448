import { Fragment } from 'react';

import type { UnknownDevice } from '../../generated/UnknownDevice';
import { ago } from '../../shared/format';
import { ProtocolWord } from '../devices/ProtocolWord';
import { useSpeech } from '../i18n';
import { addCommand } from '../model/devices';
import { useNow } from '../state/now';
import { AsOf } from './AsOf';
import type { UnknownQuery } from './use-unknown-devices';

interface UnknownDevicesProps {
  devices: readonly UnknownDevice[];
  query: UnknownQuery;
}

/** Strangers: devices that speak and are nobody's, with the command that registers each. */
export function UnknownDevices({ devices, query }: UnknownDevicesProps) {
  const { t } = useSpeech();
  return (
    <>
      <p className="muted">{t('care.unknownHint')}</p>
      {devices.length > 0 && <p className="muted">{t('care.registerHint')}</p>}
      <AsOf dataUpdatedAt={query.dataUpdatedAt} error={query.error} />
      {query.isPending && <p className="muted">{t('app.loading')}</p>}
      {query.isSuccess && devices.length === 0 && <p className="empty">{t('care.noneUnknown')}</p>}
      <ul className="strangers">
        {devices.map((device) => (
          <StrangerRow key={`${device.protocol} ${device.device} ${device.source_addr}`} device={device} />
        ))}
      </ul>
    </>
  );
}

export function StrangerRow({ device }: { device: UnknownDevice }) {
  const { t, lang, word } = useSpeech();
  const now = useNow();
  const age = (at: string): string => ago(now - Date.parse(at), lang);
  const command = addCommand(device);
  return (
    <li data-alarmed={device.alarmed}>
      <p className="row-line">
        <span>{word('deviceKind', device.protocol)}</span>
        <strong className="device-id">{device.device === '' ? t('care.noName') : device.device}</strong>
        <ProtocolWord protocol={device.protocol} />
        {device.alarmed && <span className="badge bad">{t('care.alarmed')}</span>}
      </p>
      <p className="muted small-print">
        {[
          t('care.last', { age: age(device.last_at) }),
          t('care.first', { age: age(device.first_at) }),
          t('care.times', { number: device.times }),
          t('care.from', { address: device.source_addr }),
        ].join(' · ')}
      </p>
      {command === null ? (
        <p className="muted small-print">{t('care.noId')}</p>
      ) : (
        <code className="raw command" lang="en" translate="no">
          {command.split(' --').map((part, index) => (
            // An option stays on one line: a hyphen would break it, and a hand that types it off would stumble.
            <Fragment key={index}>
              {index > 0 && ' '}
              <span>{index > 0 ? `--${part}` : part}</span>
            </Fragment>
          ))}
        </code>
      )}
    </li>
  );
}
