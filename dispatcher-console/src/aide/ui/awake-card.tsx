import type { JSX } from 'preact';

import type { AwakeState } from '../model/state';
import { usePage } from './context';

/** The switch that keeps the glass lit on duty, and the truth when the phone does not. */
export function AwakeCard({ awake }: { awake: AwakeState }): JSX.Element | null {
  const { aide, t } = usePage();
  if (awake === 'off') return null;
  if (awake === 'missing') return <p class="card card-wait">{t('awake.missing')}</p>;
  return (
    <section class={`card card-${awake === 'refused' ? 'wait' : 'good'}`} data-awake={awake}>
      <label class="check">
        <input type="checkbox" checked={awake !== 'unwanted'} onChange={(event) => aide.keepAwake(event.currentTarget.checked)} />
        {t('awake.switch')}
      </label>
      {awake === 'refused' && <p role="status">{t('awake.refused')}</p>}
      {awake === 'unwanted' && <p>{t('awake.unwanted')}</p>}
    </section>
  );
}
