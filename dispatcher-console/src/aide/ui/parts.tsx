import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

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
export function Heading({ id, children }: { id?: string; children: ComponentChildren }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 id={id} tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

/** The bell of the name. */
export function BellMark(): JSX.Element {
  return (
    <svg class="bell-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 2.5a1.6 1.6 0 0 1 1.6 1.7A6.6 6.6 0 0 1 18.6 10.6c0 4.2 1 5.6 1.9 6.6a.8.8 0 0 1-.6 1.3H4.1a.8.8 0 0 1-.6-1.3c.9-1 1.9-2.4 1.9-6.6A6.6 6.6 0 0 1 10.4 4.2 1.6 1.6 0 0 1 12 2.5Z" />
      <path d="M9.6 20h4.8a2.4 2.4 0 0 1-4.8 0Z" />
    </svg>
  );
}

/** The line at the top of calm screens: whose page this is, and the other language. */
export function Masthead({ name }: { name: string | null }): JSX.Element {
  const { t, changeLang, lang } = usePage();
  return (
    <header class="masthead">
      <BellMark />
      <span class="masthead-name">
        {t('page.brand')}
        <small>{name ?? t('page.role')}</small>
      </span>
      <button type="button" class="language" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={changeLang}>
        {t('page.other_language')}
      </button>
    </header>
  );
}
