import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import type { DeviceWithKey } from '../../generated/DeviceWithKey';
import type { Senior } from '../../generated/Senior';
import type { UnknownDevice } from '../../generated/UnknownDevice';
import { ago } from '../../shared/format';
import { useUnknownDevices } from '../care/use-unknown-devices';
import { SeniorSearch } from '../dialogs/SeniorSearch';
import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { keepsLists } from '../model/registry';
import { bySenior } from '../model/registry-devices';
import { UNKNOWN_KEY } from '../state/keys';
import { useNow } from '../state/now';
import { editSenior } from '../state/registry';
import { useSession } from '../state/session';
import { useSend, useTellFailure } from '../state/use-send';
import { useWhyFailed } from '../state/why-failed';
import { DeviceKey } from './DeviceKey';
import { DeviceLine } from './DeviceLine';
import { renewRegistry, useDevices } from './use-registry';

/** Which devices there are: strangers first, for somebody may be holding one. */
export function DevicesTab() {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const client = useQueryClient();
  const [made, setMade] = useState<readonly DeviceWithKey[]>([]);
  const mayWrite = keepsLists(useSession((session) => session.user?.role));
  const { devices: strangers } = useUnknownDevices(true);
  const devices = useDevices();
  const groups = useMemo(() => bySenior(devices.data ?? []), [devices.data]);
  function noted(one: DeviceWithKey): void {
    setMade((now) => now.filter((other) => other !== one));
    void client.invalidateQueries({ queryKey: UNKNOWN_KEY });
  }

  return (
    <div className="registry-scroll">
      <section className="registry-section">
        <h3>{t('registry.strangers')}</h3>
        {/* Here and not in their lines: who is no stranger any more leaves the list, and the key is told this once. */}
        {made.map((one) => (
          <DeviceKey key={one.device.id} made={one} onDone={() => noted(one)} />
        ))}
        {strangers.length === 0 && <p className="muted">{t('care.noneUnknown')}</p>}
        <ul className="device-lines">
          {strangers.map((device) => (
            <StrangerLine key={`${device.protocol} ${device.device} ${device.source_addr}`} device={device} mayWrite={mayWrite} onMade={(one) => setMade((now) => [...now, one])} />
          ))}
        </ul>
      </section>
      <section className="registry-section">
        <h3>{t('registry.devicesShown')}</h3>
        {devices.isError && <LoadFailed why={whyFailed(devices.error)} retry={() => void devices.refetch()} />}
        {devices.isLoading && <p className="muted">{t('app.loading')}</p>}
        {groups.map(({ senior, name, devices: own }) => (
          <div key={senior} className="device-group">
            <h4>
              <button type="button" className="link-button" aria-label={t('registry.editOf', { name })} onClick={() => editSenior(senior)}>
                {name === '' ? t('work.noName') : name}
              </button>
            </h4>
            <ul className="device-lines">
              {own.map((device) => (
                <DeviceLine key={device.id} device={device} mayWrite={mayWrite} />
              ))}
            </ul>
          </div>
        ))}
        {devices.hasNextPage && (
          <button type="button" className="button" disabled={devices.isFetchingNextPage} onClick={() => void devices.fetchNextPage()}>
            {t('registry.more')}
          </button>
        )}
      </section>
    </div>
  );
}

interface StrangerLineProps {
  device: UnknownDevice;
  mayWrite: boolean;
  onMade: (made: DeviceWithKey) => void;
}

function StrangerLine({ device, mayWrite, onMade }: StrangerLineProps) {
  const { t, lang, word } = useSpeech();
  const now = useNow();
  const client = useQueryClient();
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();
  const [asked, setAsked] = useState(false);

  async function register(to: Senior): Promise<void> {
    const sent = await send<DeviceWithKey>('/v1/devices', { senior: to.id, protocol: device.protocol, ident: device.device });
    if (sent === null) return;
    if (!sent.done) return tellFailure(sent.error);
    setAsked(false);
    onMade(sent.answer);
    renewRegistry(client);
  }

  return (
    <li>
      <p className="row-line">
        <strong>{word('deviceKind', device.protocol)}</strong>
        <span className="device-id">{device.device === '' ? t('care.noName') : device.device}</span>
        {device.alarmed && <span className="badge bad">{t('care.alarmed')}</span>}
        <span className="muted">{t('care.last', { age: ago(now - Date.parse(device.last_at), lang) })}</span>
        {mayWrite && device.device !== '' && (
          <button type="button" className="button small" aria-expanded={asked} onClick={() => setAsked(!asked)}>
            {t('registry.registerTo')}
          </button>
        )}
      </p>
      {asked && (
        <div className="registry-item">
          <SeniorSearch busy={busy !== null} onPick={(senior) => void register(senior)} />
        </div>
      )}
    </li>
  );
}
