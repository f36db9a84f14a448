import { useState } from 'react';

import type { Device } from '../../generated/Device';
import { useSpeech } from '../i18n';
import { clock } from '../services';
import { useTimes } from '../state/use-district';
import { useSend, useTellFailure } from '../state/use-send';

type Command = 'locate' | 'ring';

/** What came of asking, and when. */
interface Outcome {
  command: Command;
  delivery: 'sent' | 'waits' | 'refused';
  at: number;
}

/** Asks a device where it is (定位), or to ring (响铃), and says what came of it. */
export function AskDevice({ device }: { device: Device }) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  async function ask(command: Command): Promise<void> {
    const sent = await send<{ delivery: string }>(`/v1/devices/${device.id}/commands`, { command });
    if (sent === null) return;
    const at = clock.now();
    if (sent.done) setOutcome({ command, delivery: sent.answer.delivery === 'waits' ? 'waits' : 'sent', at });
    else if (sent.error.status === 409) setOutcome({ command, delivery: 'refused', at });
    else {
      setOutcome(null);
      tellFailure(sent.error);
    }
  }

  return (
    <div className="ask-device">
      <button
        type="button"
        className="button small"
        disabled={busy !== null}
        data-command="locate"
        aria-label={t('device.locateFor', { device: device.device })}
        onClick={() => void ask('locate')}
      >
        {t('device.locate')}
      </button>
      <button
        type="button"
        className="button small"
        disabled={busy !== null}
        data-command="ring"
        aria-label={t('device.ringFor', { device: device.device })}
        onClick={() => void ask('ring')}
      >
        {t('device.ring')}
      </button>
      <p role="status">{outcome !== null && <OutcomeWords outcome={outcome} />}</p>
      {device.asked.map(({ command, at, state, until }) => (
        <p key={command} className="muted small-print">
          {word('deviceCommand', command)} {timeOfDay(Date.parse(at))} · {word('deviceCommandState', state)}
          {until !== null && ` · ${t('device.until', { time: timeOfDay(Date.parse(until)) })}`}
        </p>
      ))}
    </div>
  );
}

function OutcomeWords({ outcome }: { outcome: Outcome }) {
  const { t } = useSpeech();
  const { timeOfDay } = useTimes();
  const time = timeOfDay(outcome.at);
  switch (outcome.delivery) {
    case 'refused':
      return <span className="doubt">{t('device.refused')}</span>;
    case 'waits':
      return <span className="doubt">{t('device.waits', { time })}</span>;
    case 'sent':
      return <span>{outcome.command === 'locate' ? t('device.locateSent', { time }) : t('device.ringSent', { time })}</span>;
  }
}
