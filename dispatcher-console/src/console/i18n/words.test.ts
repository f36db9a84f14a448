import { describe, expect, it } from 'vitest';

import { en, zh } from './languages';

/** Words of the API, as its contract and its types list them. */
const WORDS = {
  callResult: 'completed abandoned missed busy no_answer refused switched_off no_such_number no_credit unreachable failed unknown',
  direction: 'in out',
  trouble: 'silent low_battery recover',
  hazard: 'dog violence infection building',
  waitReason: 'night other_sex danger',
  reviewCause: 'nobody_near all_busy not_accepted desk_busy roads weather place door senior_not_reached device service recorded_late procedure other',
  handoverStep: 'arrived at_hospital handed_over',
  helpWanted: 'support ambulance',
  consciousness: 'clear confused unresponsive',
  breathingState: 'normal laboured absent',
  fell: 'yes no',
  pain: 'none some severe',
  measure: 'cpr aed recovery_position dressing own_medicine helped_up kept_warm',
  callBackWhich: 'first second',
  callBackResult: 'reached by_family no_answer',
  grade: '1 2 3 4 5',
  signal: 'sos fall help low_battery position heartbeat',
  deviceKind: 'http watch gt06 jt808 h02 osmand owntracks',
  deviceCommand: 'locate ring sos_numbers',
  deviceCommandState: 'sent waits expired unknown',
  protocol: 'http watch gt06 jt808 h02 osmand owntracks',
  workOutcome: 'helped device_fault',
  cause: 'no_credit switched_off sim_changed lost unused other',
  event: 'link_opened devices_listed called located not_moving moving_again scene_quiet arrival_confirmed arrival_doubted nearer_free no_voice voice_heard offer_seen still_rings pressed_often message leader_heard code_read photo_added entry_decided entry_forced entry_secured entry_called_off entry_corrected handed_over card_shared card_revoked card_read card_opened death_stated death_signed death_revoked aftercare_cancelled call_back_given_up reviewed distress safety_word help_asked address_doubted address_kept scene_reported safety_missed entered_alone archived',
  keyKind: 'key card code',
  photoOf: 'before after other',
  accessAct: 'read add change retire sign_out sign_in',
  accessWhy: 'no_ticket another_senior ticket_closed not_this_kind not_owner not_engaged stranger no_code retired sealed',
  messageText:
    'family_confirmed family_on_scene family_closed_helped family_closed_hospital family_closed_phone family_closed_other family_accidental family_accidental_day family_accidental_week offer_sms offer_voice offer_push offer_push_withdrawn offer_accepted offer_withdrawn leader_call shift_gap probe',
  messageState: 'queued sent delivered answered failed acknowledged',
  channel: 'sms voice push webhook',
  flag: 'no_voice cannot_talk in_hospital away deceased responder_in_distress',
  flagWhy: 'no_voice cannot_talk in_hospital away deceased responder_in_distress',
  silenceStep: 'first_call_back second_call_back family neighbour aides',
  elsewhere: 'hospital away',
  accidental: 'never daily weekly at_once',
  next: 'shift_lead work_due follow scene_quiet silence climb safety call_back archive',
  escalatedWhy:
    'not_answered not_accepted eta_lapsed not_moving scene_quiet arrival_doubted quiet interrupted no_voice work_overdue safety_missed entered_alone responder_in_distress help_asked address_doubted grave_scene by_hand',
  reason: 'interruptible resting shift_ends in_distress',
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
