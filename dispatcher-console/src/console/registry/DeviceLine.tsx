import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { Device } from '../../generated/Device';
import type { DeviceWithKey } from '../../generated/DeviceWithKey';
import type { Senior } from '../../generated/Senior';
import { ago } from '../../shared/format';
import { SeniorSearch } from '../dialogs/SeniorSearch';
import { useSpeech } from '../i18n';
import { hasKey } from '../model/registry-devices';
import { notify } from '../state/desk';
import { useSend, useTellFailure } from '../state/use-send';
import { DeviceKey } from './DeviceKey';
import { renewRegistry } from './use-registry';

type Asked = 'key' | 'move' | 'retire' | null;

/** One device and what may be done with it; nothing that cannot be taken back without a second look. */
export function DeviceLine({ device, mayWrite }: { device: Device; mayWrite: boolean }) {
  const { t, lang, word } = useSpeech();
  const client = useQueryClient();
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();
  const [asked, setAsked] = useState<Asked>(null);
  const [made, setMade] = useState<DeviceWithKey | null>(null);
  const ask = (what: Asked): void => setAsked(asked === what ? null : what);

  async function act<T>(step: string, body: object): Promise<T | undefined | null> {
    const sent = await send<T | undefined>(`/v1/devices/${encodeURIComponent(device.id)}/${step}`, body);
    if (sent === null) return null;
    if (!sent.done) {
      tellFailure(sent.error);
      return null;
    }
    setAsked(null);
    renewRegistry(client);
    return sent.answer;
  }

  async function newKey(): Promise<void> {
    const answer = await act<DeviceWithKey>('key', {});
    if (answer != null) setMade(answer);
  }

  async function move(to: Senior): Promise<void> {
    if ((await act('move', { senior: to.id })) != null) notify('good', t('registry.movedDone', { name: to.name }));
  }

  async function retire(): Promise<void> {
    if ((await act('retire', {})) !== null) notify('good', t('registry.retired', { device: device.device }));
  }

  return (
    <li data-device={device.id}>
      <p className="row-line">
        <strong>{word('deviceKind', device.protocol)}</strong>
        <span className="device-id">{device.device}</span>
        {device.battery_pct !== null && (
          <span className="muted">
            {t('registry.battery')} {device.battery_pct}%
          </span>
        )}
        <span className="muted">{device.silent_s === null ? t('device.neverHeard') : `${t('registry.heard')} ${ago(device.silent_s * 1000, lang)}`}</span>
        {mayWrite && (
          <span className="item-buttons">
            <button type="button" className="button small quiet" aria-expanded={asked === 'move'} onClick={() => ask('move')}>
              {t('registry.move')}
            </button>
            {hasKey(device.protocol) && (
              <button type="button" className="button small quiet" aria-expanded={asked === 'key'} onClick={() => ask('key')}>
                {t('registry.newKey')}
              </button>
            )}
            <button type="button" className="button small quiet" aria-expanded={asked === 'retire'} onClick={() => ask('retire')}>
              {t('registry.retire')}
            </button>
          </span>
        )}
      </p>
      {asked === 'move' && (
        <div className="registry-item" role="group" aria-label={t('registry.moveTo')}>
          <SeniorSearch busy={busy !== null} onPick={(senior) => void move(senior)} />
        </div>
      )}
      {(asked === 'key' || asked === 'retire') && (
        <p className="leave">
          <button type="button" className="button small warn" disabled={busy !== null} onClick={() => void (asked === 'key' ? newKey() : retire())}>
            {t(asked === 'key' ? 'registry.newKeyReally' : 'registry.retireReally')}
          </button>
          <button type="button" className="button small" onClick={() => setAsked(null)}>
            {t('act.cancel')}
          </button>
        </p>
      )}
      {made !== null && <DeviceKey made={made} onDone={() => setMade(null)} />}
    </li>
  );
}
