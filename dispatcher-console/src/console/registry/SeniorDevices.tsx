import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import type { Device } from '../../generated/Device';
import type { DeviceWithKey } from '../../generated/DeviceWithKey';
import type { Senior } from '../../generated/Senior';
import { useSpeech } from '../i18n';
import { keepsLists } from '../model/registry';
import { useSend, useTellFailure } from '../state/use-send';
import { useSession } from '../state/session';
import { DeviceKey } from './DeviceKey';
import { DeviceLine } from './DeviceLine';
import { renewRegistry } from './use-registry';

const PROTOCOLS = ['watch', 'gt06', 'jt808', 'h02', 'http', 'osmand', 'owntracks'] as const;

interface SeniorDevicesProps {
  senior: Senior;
  devices: readonly Device[];
}

/** A senior's devices; supervisors put them in, hand them on and take them out. */
export function SeniorDevices({ senior, devices }: SeniorDevicesProps) {
  const { t } = useSpeech();
  const mayWrite = keepsLists(useSession((session) => session.user?.role));
  const [made, setMade] = useState<DeviceWithKey | null>(null);
  return (
    <section className="registry-section" aria-labelledby="registry-devices">
      <h3 id="registry-devices">{t('registry.devicesOf')}</h3>
      {devices.length === 0 && <p className="muted">{t('registry.noDevices')}</p>}
      <ul className="device-lines">
        {devices.map((device) => (
          <DeviceLine key={device.id} device={device} mayWrite={mayWrite} />
        ))}
      </ul>
      {made !== null && <DeviceKey made={made} onDone={() => setMade(null)} />}
      {mayWrite && <AddDevice senior={senior} onMade={setMade} />}
    </section>
  );
}

function AddDevice({ senior, onMade }: { senior: Senior; onMade: (made: DeviceWithKey) => void }) {
  const { t, word } = useSpeech();
  const client = useQueryClient();
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();
  const [protocol, setProtocol] = useState<string>(PROTOCOLS[0]);
  const [ident, setIdent] = useState('');

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    const sent = await send<DeviceWithKey>('/v1/devices', { senior: senior.id, protocol, ident: ident.trim() });
    if (sent === null) return;
    if (!sent.done) return tellFailure(sent.error);
    setIdent('');
    onMade(sent.answer);
    renewRegistry(client);
  }

  return (
    <form className="registry-search" aria-label={t('registry.addDevice')} onSubmit={(event) => void add(event)}>
      <label>
        <span>{t('registry.protocol')}</span>
        <select value={protocol} onChange={(event) => setProtocol(event.target.value)}>
          {PROTOCOLS.map((code) => (
            <option key={code} value={code}>
              {word('protocol', code)}
            </option>
          ))}
        </select>
      </label>
      <label className="grow">
        <span>{t('registry.ident')}</span>
        <input autoComplete="off" maxLength={64} value={ident} onChange={(event) => setIdent(event.target.value)} />
      </label>
      <button type="submit" className="button" disabled={busy !== null || ident.trim() === ''}>
        {t('registry.addDevice')}
      </button>
    </form>
  );
}
