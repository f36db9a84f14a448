import type { Row } from '../model/answers';

const phase = { n: 0, p50_s: null, p90_s: null, p99_s: null };

/** A row in which nothing happened, but for what is said. */
export function row(part: Partial<Row> = {}): Row {
  return {
    tickets: 0,
    emergencies: 0,
    attended: 0,
    false_alarms: 0,
    accidental: 0,
    escalated: 0,
    reopened: 0,
    complaints: 0,
    called_back: 0,
    measures: {},
    phases: { answer: phase, offer: phase, accept: phase, arrive: phase, close: phase, reach: phase },
    eta_error: { n: 0, p50_s: null, p90_s: null, late_share: null },
    offers: { asked: 0, accepted: 0, declined: 0, expired: 0, withdrawn: 0 },
    satisfaction: { n: 0, mean: null },
    ...part,
  };
}
