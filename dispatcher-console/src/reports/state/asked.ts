import { create } from 'zustand';

import { REPORT_BY, type ReportBy } from '../model/answers';
import { isTheme, type Theme } from '../model/columns';
import { isMonth, type Span } from '../model/span';

export const TABS = ['measures', 'summary', 'heat', 'calls', 'devices', 'handovers', 'certificates', 'month'] as const;
export type Tab = (typeof TABS)[number];

/** What is asked for: all of it stands in the address, so that a report can be kept and sent on. */
export interface Asked {
  tab: Tab;
  /** Null until the district's clock has told which month it is. */
  span: Span | null;
  by: ReportBy;
  theme: Theme;
  compare: boolean;
  month: string | null;
  /** Null: the first that is served. */
  district: string | null;
  /** The month that is printed, null for none. */
  print: string | null;
}

export const useAsked = create<Asked>(() => read(''));

function read(search: string): Asked {
  const query = new URLSearchParams(search);
  const [from, to] = [query.get('from'), query.get('to')];
  const [month, print] = [query.get('month'), query.get('print')];
  const theme = query.get('theme') ?? '';
  return {
    tab: TABS.find((tab) => tab === query.get('tab')) ?? 'measures',
    span: from === null || to === null ? null : { from, to },
    by: REPORT_BY.find((by) => by === query.get('by')) ?? 'day',
    theme: isTheme(theme) ? theme : 'times',
    compare: query.has('compare'),
    month: month !== null && isMonth(month) ? month : null,
    district: query.get('district'),
    print: print !== null && isMonth(print) ? print : null,
  };
}

function write({ tab, span, by, theme, compare, month, district, print }: Asked): string {
  const query = new URLSearchParams({ tab });
  if (span !== null) for (const part of ['from', 'to'] as const) query.set(part, span[part]);
  if (tab === 'summary') {
    query.set('by', by);
    query.set('theme', theme);
  }
  if (compare) query.set('compare', '');
  if (month !== null) query.set('month', month);
  if (district !== null) query.set('district', district);
  if (print !== null) query.set('print', print);
  return query.toString();
}

/** Reads the address, and follows it when somebody goes back. */
export function startAsked(): void {
  const hear = (): void => useAsked.setState(read(location.search));
  hear();
  window.addEventListener('popstate', hear);
}

/** Asks for something else. */
export function ask(part: Partial<Asked>): void {
  useAsked.setState(part);
  const url = new URL(location.href);
  url.search = write(useAsked.getState());
  history.pushState(null, '', url);
}
