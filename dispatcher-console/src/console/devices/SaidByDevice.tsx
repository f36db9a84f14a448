import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { Device } from '../../generated/Device';
import type { DeviceSignal } from '../../generated/DeviceSignal';
import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { saidText } from '../model/devices';
import { api, clock } from '../services';
import { signalsKey } from '../state/keys';
import { useNow } from '../state/now';
import { useTimes } from '../state/use-district';
import { useWhyFailed } from '../state/why-failed';

const REFRESH_MS = 10_000;
const DAY_MS = 86_400_000;
/** The server returns so many at most, unless it is asked for more. */
const LIMIT = 50;

/** A disclosure of what the device said, as it said it: the last word in every dispute about a signal. */
export function SaidByDevice({ device }: { device: Device }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <details className="said" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={t('device.saidOf', { device: device.device })}>{t('device.said')}</summary>
      {open && <Signals device={device} />}
    </details>
  );
}

function Signals({ device }: { device: Device }) {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const [days, setDays] = useState(1);
  const said = useQuery({
    queryKey: signalsKey(device.id, days),
    queryFn: ({ signal }) => {
      const since = new Date(clock.now() - days * DAY_MS).toISOString();
      const path = `/v1/devices/${encodeURIComponent(device.id)}/signals?since=${encodeURIComponent(since)}`;
      return api.get<{ items: DeviceSignal[] }>(path, signal);
    },
    refetchInterval: REFRESH_MS,
  });
  const items = said.data?.items ?? [];
  return (
    <>
      <label className="how-far">
        <span className="muted">{t('device.since')}</span>{' '}
        <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
          <option value={1}>{t('device.lastDay')}</option>
          <option value={7}>{t('device.lastWeek')}</option>
        </select>
      </label>
      {said.isPending && <p className="muted">{t('file.loading')}</p>}
      {said.isError && <p className="fault">{t('care.failed', { why: whyFailed(said.error) })}</p>}
      {said.isSuccess && items.length === 0 && <p className="muted">{t('device.saidNothing')}</p>}
      {items.length > 0 && (
        // Whoever has no mouse must be able to scroll it.
        <ol className="signals" tabIndex={0} aria-label={t('device.saidOf', { device: device.device })}>
          {items.map((signal, index) => (
            <SignalRow key={`${signal.at} ${index}`} signal={signal} />
          ))}
        </ol>
      )}
      {items.length >= LIMIT && <p className="muted small-print">{t('device.saidLatest', { number: items.length })}</p>}
    </>
  );
}

function SignalRow({ signal }: { signal: DeviceSignal }) {
  const { t, lang, word } = useSpeech();
  const { dayAndTime, timeOfDay } = useTimes();
  const now = useNow();
  const age_ms = now - Date.parse(signal.at);
  return (
    <li>
      <p className="row-line">
        <time dateTime={signal.at}>{age_ms < DAY_MS ? timeOfDay(signal.at) : dayAndTime(signal.at)}</time>
        <span className="muted">{ago(age_ms, lang)}</span>
        {signal.kinds.map((kind) => (
          <span key={kind} className={signal.ticket === null ? undefined : 'kind'}>
            {word('signal', kind)}
          </span>
        ))}
        {signal.ticket !== null && <span className="badge bad">{t('device.ofTicket')}</span>}
        {signal.flags.map((flag) => (
          <span key={flag} className="badge flag">
            {word('flag', flag)}
          </span>
        ))}
        {signal.battery_pct !== null && (
          <span className="muted">
            {t('device.battery')} {signal.battery_pct}%
          </span>
        )}
        <span className="muted encoding">{signal.raw_text === null ? t('device.hex') : t('device.text')}</span>
      </p>
      <code className="raw" lang="en">
        {saidText(signal)}
      </code>
    </li>
  );
}
