import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { timeOfDay } from '../../shared/format';
import { type Distress, HOLD_MS, saysTelephone } from '../model/distress';
import { usePage } from './context';

/** The own SOS, under the thumb on every screen while on duty: held, not tapped. */
export function SosDock({ distress }: { distress: Distress }): JSX.Element {
  const { t } = usePage();
  const dock = useRef<HTMLElement>(null);
  // What sticks to the foot of a screen stands above the dock, however high the words make it.
  useEffect(() => {
    const element = dock.current;
    if (element === null) return undefined;
    const root = document.documentElement.style;
    const observer = new ResizeObserver(() => root.setProperty('--dock', `${element.offsetHeight}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.removeProperty('--dock');
    };
  }, []);
  return (
    <section ref={dock} class={`sos sos-${distress.kind}`} aria-label={t('sos.label')} data-sos={distress.kind}>
      <SosWords distress={distress} />
      {distress.kind !== 'sending' && <HoldButton again={distress.kind !== 'none'} />}
    </section>
  );
}

function SosWords({ distress }: { distress: Distress }): JSX.Element {
  const { aide, t, lang } = usePage();
  switch (distress.kind) {
    case 'none':
      // There from the start: what appears together with its words is not read by every reader.
      return <p role="alert" class="sos-words" />;
    case 'sending':
      return (
        <>
          <p role="alert" class="sos-words">
            <strong>{distress.attempt === 1 ? t('sos.sending') : t('sos.sending_again', { n: distress.attempt })}</strong>
            {saysTelephone(distress) && <span>{t('sos.telephone')}</span>}
          </p>
          {saysTelephone(distress) && <Emergency />}
        </>
      );
    case 'received':
      return (
        <p role="alert" class="sos-words">
          <strong>{t('sos.received', { time: timeOfDay(distress.at, lang) })}</strong>
          <span>{t('sos.received_help', { n: distress.number })}</span>
          <button type="button" class="sos-safe" onClick={() => aide.putDistressAway()}>
            {t('sos.put_away')}
          </button>
        </p>
      );
    case 'failed':
      return (
        <>
          <p role="alert" class="sos-words">
            <strong>{distress.status === 0 ? t('sos.failed') : t('sos.refused', { status: distress.status })}</strong>
            <span>{t('sos.telephone')}</span>
          </p>
          <Emergency />
        </>
      );
  }
}

function Emergency(): JSX.Element {
  const { t } = usePage();
  return (
    <a class="button button-danger sos-110" href="tel:110">
      {t('sos.call_110')}
    </a>
  );
}

/** Fills while it is held, and is pressed when it is full. Keys and readers press without holding. */
function HoldButton({ again }: { again: boolean }): JSX.Element {
  const { aide, t } = usePage();
  const [held, setHeld] = useState(false);
  const [tapped, setTapped] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const press = (): void => {
    setHeld(false);
    setTapped(false);
    aide.callForHelp();
  };
  const hold = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    clearTimeout(timer.current);
    setHeld(true);
    timer.current = setTimeout(press, HOLD_MS);
  };
  const release = (): void => {
    clearTimeout(timer.current);
    if (held) setTapped(true);
    setHeld(false);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!tapped) return undefined;
    const fades = setTimeout(() => setTapped(false), 3_000);
    return () => clearTimeout(fades);
  }, [tapped]);

  return (
    <button
      type="button"
      class={`sos-button${held ? ' sos-held' : ''}${again ? ' sos-again' : ''}`}
      style={`--hold: ${HOLD_MS}ms`}
      onPointerDown={hold}
      onPointerUp={release}
      onPointerCancel={release}
      onPointerLeave={release}
      onContextMenu={(event) => event.preventDefault()}
      onClick={(event) => {
        if (event.detail === 0) press();
      }}
    >
      <span class="sos-mark">SOS</span> {t(tapped ? 'sos.hold_longer' : again ? 'sos.again' : 'sos.hold')}
    </button>
  );
}
