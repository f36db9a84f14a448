import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { telLink } from '../../aide/model/facts';
import { usePage } from './context';

interface BigButtonProps {
  look: 'go' | 'calm' | 'stop' | 'quiet';
  onTap: () => void;
  disabled?: boolean;
  children: ComponentChildren;
}

/** A button for a wet thumb. */
export function BigButton({ look, onTap, disabled = false, children }: BigButtonProps): JSX.Element {
  return (
    <button type="button" class={`button button-${look}`} disabled={disabled} onClick={onTap}>
      {children}
    </button>
  );
}

/** A screen's heading; takes the focus when the screen appears, so that it is read out, from the top. */
export function Heading({ children }: { children: ComponentChildren }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

/** Changes the language, for as long as the page is open. */
export function OtherLanguage(): JSX.Element {
  const { t, lang, changeLang } = usePage();
  return (
    <button type="button" class="language" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={changeLang}>
      {t('page.other_language')}
    </button>
  );
}

/** Calls the centre by one tap; says so in words where nobody set its number. */
export function CallCentre(): JSX.Element {
  const { link, t } = usePage();
  const { centre } = link;
  if (centre === null) return <p class="by-hand">{t('call.centre_by_hand')}</p>;
  return (
    <a class="button button-calm" href={telLink(centre)}>
      {t('call.centre')}
      <small>{centre}</small>
    </a>
  );
}

/** A button that has just become another takes no tap meant for what it was. */
export function useSettled(what: string, after_ms = 700): boolean {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(what), after_ms);
    return () => clearTimeout(timer);
  }, [what, after_ms]);
  return settled === what;
}
