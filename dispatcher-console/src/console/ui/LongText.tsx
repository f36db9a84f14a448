import { useState } from 'react';

import { useSpeech } from '../i18n';

/** From here on a text is folded; less than that is read at a glance. */
const LONG = 400;

/** A text of people, whatever they wrote: whole when asked for, cut by the style sheet and never within a sign. */
export function LongText({ text }: { text: string }) {
  const { t } = useSpeech();
  const [whole, setWhole] = useState(false);
  if (text.length <= LONG) return <bdi className="said-text">{text}</bdi>;
  return (
    <>
      <bdi className={whole ? 'said-text' : 'said-text folded'}>{text}</bdi>
      <button type="button" className="button small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
        {whole ? t('act.less') : t('act.more')}
      </button>
    </>
  );
}
