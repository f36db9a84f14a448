import type { Row } from './answers';
import type { Better } from './compare';

export type ColumnKind = 'count' | 'share' | 'seconds' | 'signed_seconds' | 'grade';

/** What is less is not seen in how a figure is written. */
export const LEAST_SEEN: Record<ColumnKind, number> = { count: 1, share: 0.0005, seconds: 0.5, signed_seconds: 0.5, grade: 0.005 };

/** A figure of a row. */
export interface Column {
  key: ColumnKey;
  kind: ColumnKind;
  better: Better;
  /** The figure whose tickets stand behind it, as the server calls it. */
  figure: string | null;
  /** The measure whose tickets stand behind it: those that are outside. */
  measure: string | null;
  of: (row: Row) => number | null;
}

export type ColumnKey =
  | 'tickets'
  | 'emergencies'
  | 'attended'
  | 'answered_60s'
  | 'on_scene_10min'
  | 'on_scene_30min'
  | 'answer_p50'
  | 'answer_p90'
  | 'accept_p50'
  | 'reach_p50'
  | 'reach_p90'
  | 'reach_p99'
  | 'eta_p50'
  | 'eta_p90'
  | 'late_share'
  | 'offers_asked'
  | 'accepted_share'
  | 'offers_declined'
  | 'offers_expired'
  | 'false_alarms'
  | 'accidental'
  | 'escalated'
  | 'reopened'
  | 'complaints'
  | 'called_back'
  | 'satisfaction';

const count = (key: ColumnKey & keyof Row, better: Better): Column => ({
  key,
  kind: 'count',
  better,
  figure: key,
  measure: null,
  of: (row) => Number(row[key]),
});

const share = (key: ColumnKey): Column => ({
  key,
  kind: 'share',
  better: 'more',
  figure: null,
  measure: key,
  of: ({ measures }) => measures[key]?.share ?? null,
});

const seconds = (key: ColumnKey, of: Column['of']): Column => ({ key, kind: 'seconds', better: 'less', figure: null, measure: null, of });

/** Every figure that a table may show, in its order. */
export const COLUMNS: readonly Column[] = [
  count('tickets', 'none'),
  count('emergencies', 'none'),
  count('attended', 'none'),
  share('answered_60s'),
  share('on_scene_10min'),
  share('on_scene_30min'),
  seconds('answer_p50', ({ phases }) => phases.answer.p50_s),
  seconds('answer_p90', ({ phases }) => phases.answer.p90_s),
  seconds('accept_p50', ({ phases }) => phases.accept.p50_s),
  seconds('reach_p50', ({ phases }) => phases.reach.p50_s),
  seconds('reach_p90', ({ phases }) => phases.reach.p90_s),
  seconds('reach_p99', ({ phases }) => phases.reach.p99_s),
  { key: 'eta_p50', kind: 'signed_seconds', better: 'none', figure: 'eta_error', measure: null, of: ({ eta_error }) => eta_error.p50_s },
  { key: 'eta_p90', kind: 'signed_seconds', better: 'less', figure: 'eta_error', measure: null, of: ({ eta_error }) => eta_error.p90_s },
  { key: 'late_share', kind: 'share', better: 'less', figure: 'late_share', measure: null, of: ({ eta_error }) => eta_error.late_share },
  { key: 'offers_asked', kind: 'count', better: 'none', figure: 'offers_asked', measure: null, of: ({ offers }) => offers.asked },
  {
    key: 'accepted_share',
    kind: 'share',
    better: 'more',
    figure: 'offers_accepted',
    measure: null,
    of: ({ offers }) => (offers.asked === 0 ? null : offers.accepted / offers.asked),
  },
  { key: 'offers_declined', kind: 'count', better: 'less', figure: 'offers_declined', measure: null, of: ({ offers }) => offers.declined },
  { key: 'offers_expired', kind: 'count', better: 'less', figure: 'offers_expired', measure: null, of: ({ offers }) => offers.expired },
  count('false_alarms', 'less'),
  count('accidental', 'less'),
  count('escalated', 'less'),
  count('reopened', 'less'),
  count('complaints', 'less'),
  count('called_back', 'none'),
  { key: 'satisfaction', kind: 'grade', better: 'more', figure: 'satisfaction', measure: null, of: ({ satisfaction }) => satisfaction.mean },
];

const THEMES = {
  times: ['tickets', 'emergencies', 'answered_60s', 'answer_p50', 'answer_p90', 'accept_p50', 'on_scene_10min', 'on_scene_30min', 'reach_p50', 'reach_p90', 'reach_p99'],
  ways: ['tickets', 'attended', 'reach_p50', 'eta_p50', 'eta_p90', 'late_share'],
  people: ['tickets', 'offers_asked', 'accepted_share', 'offers_declined', 'offers_expired', 'reach_p50', 'eta_p50'],
  outcomes: ['tickets', 'false_alarms', 'accidental', 'escalated', 'reopened', 'called_back', 'satisfaction', 'complaints'],
} as const satisfies Record<string, readonly ColumnKey[]>;

export type Theme = keyof typeof THEMES;
export const THEME_NAMES = Object.keys(THEMES) as Theme[];

export function columnsOf(theme: Theme): Column[] {
  const keys: readonly ColumnKey[] = THEMES[theme];
  return keys.flatMap((key) => COLUMNS.filter((column) => column.key === key));
}

export function isTheme(text: string): text is Theme {
  return text in THEMES;
}
