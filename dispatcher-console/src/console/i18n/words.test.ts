import { describe, expect, it } from 'vitest';

import { en, zh } from './languages';

/** Words of the API, as its contract and its types list them. */
const WORDS = {
  callResult: 'completed abandoned missed busy no_answer refused switched_off no_such_number no_credit unreachable failed unknown',
  direction: 'in out',
  trouble: 'silent low_battery',
  signal: 'sos fall help low_battery position heartbeat',
  deviceKind: 'http watch gt06 jt808 h02 osmand owntracks',
  deviceCommand: 'locate ring sos_numbers',
  deviceCommandState: 'sent waits expired unknown',
  protocol: 'http watch gt06 jt808 h02 osmand owntracks',
  workOutcome: 'helped device_fault',
  cause: 'no_credit switched_off sim_changed lost unused other',
  event: 'devices_listed called located not_moving moving_again scene_quiet arrival_confirmed arrival_doubted nearer_free no_voice voice_heard still_rings pressed_often message leader_heard',
  messageText:
    'family_confirmed family_on_scene family_closed_helped family_closed_hospital family_closed_phone family_closed_other family_accidental_digest offer_sms offer_voice offer_withdrawn leader_call shift_gap probe',
  messageState: 'queued sent delivered answered failed acknowledged',
  channel: 'sms voice webhook',
  flag: 'no_voice cannot_talk in_hospital away',
  flagWhy: 'no_voice cannot_talk in_hospital away',
  silenceStep: 'first_call_back second_call_back family neighbour aides',
  elsewhere: 'hospital away',
  next: 'shift_lead work_due follow scene_quiet silence climb',
  escalatedWhy:
    'not_answered not_accepted eta_lapsed not_moving scene_quiet arrival_doubted quiet interrupted no_voice work_overdue by_hand',
  reason: 'interruptible resting shift_ends',
  withdrawn: 'interrupted',
  target: '120 110 119 shift_lead supervisor leader',
} as const;

describe.each(Object.entries(WORDS))('every word of %s', (group, codes) => {
  it.each([
    ['zh', zh],
    ['en', en],
  ] as const)('is spoken in %s', (_, words) => {
    const known = (words as Record<string, object>)[group] ?? {};
    expect(codes.split(' ').filter((code) => !(code in known))).toEqual([]);
  });
});
