import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Lang } from '../../shared/lang';
import type { Link } from '../app/link';
import type { Translate } from '../words/words';

/** What every component may use. */
export interface Page {
  link: Link;
  t: Translate;
  lang: Lang;
  changeLang: () => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('outside of the page');
  return page;
}
