import type { JSX } from 'preact';

import type { OfferFile } from '../../generated/OfferFile';
import { waitsFor } from '../model/word';
import { usePage } from './context';

/** Why not to go in alone. It asks, and never keeps anybody from helping. */
export function WaitCard({ file }: { file: OfferFile }): JSX.Element | null {
  const { t, lang } = usePage();
  const reasons = waitsFor(file);
  if (reasons.length === 0) return null;
  const words = reasons.map((reason) => t(`wait.${reason}`)).join(lang === 'zh' ? '、' : ', ');
  return (
    <section class="block block-danger" data-wait={reasons.join(' ')}>
      <h2>{t('wait.title')}</h2>
      <p class="large">{t('wait.text', { why: words })}</p>
      <p>{t('wait.help')}</p>
    </section>
  );
}
