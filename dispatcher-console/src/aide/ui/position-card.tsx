import type { JSX } from 'preact';

import { ago, distance } from '../../shared/format';
import { type PositionState, positionWords } from '../model/position';
import { usePage } from './context';

/** Says whether the centre knows where this phone is, and what to do when it does not. */
export function PositionCard({ position, unshared_ms, now }: { position: PositionState; unshared_ms: number | null; now: number }): JSX.Element {
  const { aide, t, lang } = usePage();
  const words = positionWords(position, now);
  const age = words.age_ms === null ? '' : ago(words.age_ms, lang);
  const jump = words.jump_m === null ? '' : distance(words.jump_m, lang);
  return (
    <section class={`card card-${unshared_ms !== null && words.tone === 'good' ? 'wait' : words.tone}`} data-position={position.kind}>
      <p>
        <strong>{t(words.text, { age, jump })}</strong>
        {words.accuracy_m !== null && (
          <span class="detail">{t('position.accuracy', { radius: distance(words.accuracy_m, lang) })}</span>
        )}
      </p>
      {words.help !== null && <p>{t(words.help)}</p>}
      {unshared_ms !== null && (
        <>
          <p role="status" data-unshared>
            {t('position.unshared', { n: Math.round(unshared_ms / 60_000) })}
          </p>
          <button type="button" class="button button-calm" onClick={() => aide.forgetUnshared()}>
            {t('send.dismiss')}
          </button>
        </>
      )}
      {words.retry && (
        <button type="button" class="button button-calm" onClick={() => aide.locateAgain()}>
          {t('position.retry')}
        </button>
      )}
    </section>
  );
}
