import type { JSX } from 'preact';

import type { AideState, Travel } from '../model/state';
import { useSettled, usePage } from './context';
import { AwakeCard } from './awake-card';
import { BatteryLine } from './battery-line';
import { BellCard } from './bell-card';
import { MissedCards } from './ended-screens';
import { BellMark, BigButton, Heading, Masthead } from './parts';
import { PositionCard } from './position-card';
import { PushCard } from './push-card';
import { SelfTestCard } from './self-test-card';
import { WaitingLine } from './waiting-line';

const TRAVELS: readonly Travel[] = ['walk', 'ebike', 'car'];

interface DutyProps {
  on: boolean | null;
  checkingOffer: boolean;
  state: AideState;
  now: number;
}

/** Off duty, or on duty and waiting. */
export function DutyScreen({ on, checkingOffer, state, now }: DutyProps): JSX.Element {
  const { aide, t } = usePage();
  const { duty, session } = state;
  const settled = useSettled(`duty-${String(on)}`);
  const name = session.phase === 'in' ? session.user.name : null;
  const waiting = on === true;
  const label = waiting ? 'duty.waiting' : on === null ? 'duty.unknown' : 'duty.off';
  return (
    <>
      <Masthead name={name} />
      <main class="stack">
        <section class={`duty duty-${waiting ? 'on' : 'off'}`}>
          <BellMark />
          <Heading>{t(label)}</Heading>
          {on !== null && <p>{t(waiting ? 'duty.waiting_help' : 'duty.off_help')}</p>}
        </section>
        {checkingOffer && (
          <p class="card card-wait" role="status">
            {t('duty.checking_offer')}
          </p>
        )}
        <WaitingLine outbox={state.outbox} now={now} />
        <MissedCards notices={state.notices} />
        {duty.problem !== null && (
          <p class="card card-bad" role="alert">
            {duty.problem.key === 'failed' ? t('duty.failed') : t('duty.refused', { status: duty.problem.status })}
          </p>
        )}
        {!waiting && (
          <BigButton look="go" disabled={duty.sending || !settled} onTap={() => void aide.setDuty(true, duty.travel)}>
            {t(duty.sending ? 'duty.busy' : 'duty.go_on')}
          </BigButton>
        )}
        {waiting && <PositionCard position={state.position} unshared_ms={state.unshared_ms} now={now} />}
        <TravelChoice state={state} on={waiting} />
        <SelfTestCard test={state.selfTest} now={now} />
        <BellCard bell={state.bell} />
        <PushCard push={state.push} />
        {waiting && <AwakeCard awake={state.awake} />}
        {waiting && <BatteryLine battery={state.battery} />}
        <BigButton look="quiet" onTap={() => aide.open('month')}>
          {t('month.open')}
        </BigButton>
        {waiting ? (
          <BigButton look="calm" disabled={duty.sending || !settled} onTap={() => void aide.setDuty(false, duty.travel)}>
            {t(duty.sending ? 'duty.busy' : 'duty.go_off')}
          </BigButton>
        ) : (
          <>
            {state.outbox.waiting.length > 0 && <p class="card card-wait">{t('waiting.log_out', { n: state.outbox.waiting.length })}</p>}
            <BigButton look="quiet" onTap={() => aide.logOut()}>
              {t('login.logout')}
            </BigButton>
          </>
        )}
      </main>
    </>
  );
}

function TravelChoice({ state, on }: { state: AideState; on: boolean }): JSX.Element {
  const { aide, t } = usePage();
  const { duty } = state;
  const choose = (travel: Travel): void => {
    if (on) void aide.setDuty(true, travel);
    else aide.store.tell({ type: 'duty', duty: { travel } });
  };
  return (
    <fieldset class="travel" disabled={duty.sending}>
      <legend>{t('travel.title')}</legend>
      {TRAVELS.map((travel) => (
        <label key={travel}>
          <input type="radio" name="travel" checked={duty.travel === travel} onChange={() => choose(travel)} />
          <span>{t(`travel.${travel}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
