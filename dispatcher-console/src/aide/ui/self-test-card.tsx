import type { JSX } from 'preact';

import { ago, listed } from '../../shared/format';
import { faultsOf, isDue, type SelfTestState } from '../model/self-test';
import { usePage } from './context';
import { BigButton } from './parts';

/** Suggests the self-test at the start of a shift, and says how the last one went. */
export function SelfTestCard({ test, now }: { test: SelfTestState; now: number }): JSX.Element {
  const { aide, t, lang } = usePage();
  const age = test.at === null ? '' : ago(Math.max(0, now - test.at), lang);
  const faults = faultsOf(test.parts).map((part) => t(`selftest.${part}`));
  const due = isDue(test, now);
  const open = (): void => aide.open('self_test');
  if (due) {
    return (
      <section class="card card-wait" data-self-test="due">
        <p>{t('selftest.due')}</p>
        <BigButton look="calm" onTap={open}>
          {t('selftest.title')}
        </BigButton>
      </section>
    );
  }
  return (
    <section class={`card card-${faults.length === 0 ? 'good' : 'wait'}`} data-self-test="done">
      <p>{faults.length === 0 ? t('selftest.done', { age }) : t('selftest.faults', { age, parts: listed(faults, lang) })}</p>
      <BigButton look="quiet" onTap={open}>
        {t('selftest.title')}
      </BigButton>
    </section>
  );
}
