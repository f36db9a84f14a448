/** What the server answers about the past, as its OpenAPI document describes it. */

export type { MeasureResult } from '../../board/model/answers';

/** What a measure is: `MeasureDefinition`. */
export interface MeasureDefinition {
  key: string;
  from: string;
  to: string;
  within_s: number;
  target: number | null;
  population: string;
  source: string;
}

/** How tickets stand to a measure: `MeasureShare`. */
export interface MeasureShare {
  inside: number;
  outside: number;
  pending: number;
  share: number | null;
  target: number | null;
  met: boolean | null;
}

export interface PhaseOfReport {
  n: number;
  p50_s: number | null;
  p90_s: number | null;
  p99_s: number | null;
}

export type PhaseName = 'answer' | 'offer' | 'accept' | 'arrive' | 'close' | 'reach';

/** What a group of tickets came to: `Row`. */
export interface Row {
  tickets: number;
  emergencies: number;
  attended: number;
  false_alarms: number;
  accidental: number;
  escalated: number;
  reopened: number;
  complaints: number;
  called_back: number;
  measures: Record<string, MeasureShare | undefined>;
  phases: Record<PhaseName, PhaseOfReport>;
  eta_error: { n: number; p50_s: number | null; p90_s: number | null; late_share: number | null };
  offers: { asked: number; accepted: number; declined: number; expired: number; withdrawn: number };
  satisfaction: { n: number; mean: number | null };
}

export interface NamedRow {
  key: string;
  name: string;
  row: Row;
}

export const REPORT_BY = ['hour', 'day', 'week', 'month', 'village', 'category', 'responder', 'ring'] as const;
export type ReportBy = (typeof REPORT_BY)[number];

export interface SummaryReport {
  by: ReportBy;
  total: Row;
  groups: NamedRow[];
  groups_left_out: number;
}

type Week = number[][];

export interface HeatReport {
  all: Week;
  emergencies: Week;
  false_alarms: Week;
}

interface Rang {
  n: number;
  p50_s: number | null;
  p90_s: number | null;
  p99_s: number | null;
}

/** What became of telephone calls: `CallsOfReport`. */
export interface CallsReport {
  incoming: number;
  answered: number;
  answered_15s: number | null;
  wait: Rang;
  missed: number;
  lost: number;
  gave_up: Rang;
  unknown_end: number;
  ringing: number;
  outgoing: number;
  outgoing_answered: number;
  graded: number;
  grades: Record<'opening' | 'listening' | 'questions' | 'action' | 'closing', number> | null;
  missed_calls: { call: string; ringing_at: string; rang_s: number; reached_at: string | null }[];
}

export interface ShiftHandover {
  at: string;
  district: string;
  from_user: string;
  to_user: string | null;
  read_at: string | null;
  /** Tickets that were open then; null where that was not kept. */
  open_tickets: number | null;
  note: string;
}

export interface ClosedMonth {
  district: string;
  month: string;
  closed_at: string;
  by: string;
  sha256: string;
}

export interface MissedTicket {
  ticket: string;
  number: number;
  received_at: string;
  measures: { key: string; took_s: number }[];
  review: { cause: string; note: string | null; by: string; at: string } | null;
}

/** How far the papers of a month are: `MonthReviews`. */
export interface MonthReviews {
  month: string;
  from: string;
  to: string;
  closed: ClosedMonth | null;
  open: number;
  pending: number;
  missing: number;
  cut: boolean;
  tickets: MissedTicket[];
}

/** A ticket behind a number; `took_s` behind a measure only. */
export interface TicketBehind {
  ticket: string;
  number: number;
  received_at: string;
  took_s?: number;
}

/** What a figure is that is no measure: `FigureDefinition`. */
export interface FigureDefinition {
  key: string;
  unit: string;
  counts: string;
  report: string;
  has_tickets: boolean;
}

/** The work on devices of a span: `WorkOfReport`. */
export interface DeviceReport {
  counts: { key: string; tickets: number }[];
  took: { n: number; p50_s: number | null; p90_s: number | null; p99_s: number | null };
}

/** A certificate that has ended or will: `EndingCertificate`. */
export interface EndingCertificate {
  responder: string;
  responder_name: string;
  name: string;
  until: string;
  days_left: number;
}
