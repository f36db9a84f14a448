import { describe, expect, it } from 'vitest';

import { enRegistry } from '../i18n/en-registry';
import { zhRegistry } from '../i18n/zh-registry';

/** Words of the API that only the registry shows. */
const WORDS = {
  tier: 'information home',
  travel: 'walk ebike car',
  contactKind: 'family neighbour office',
  registryAct: 'add change retire move new_key import export',
  registryFault:
    'missing too_long too_many not_a_date in_the_future too_old not_a_number not_a_phone no_place unknown_word not_an_id not_json not_a_time out_of_range wrong_fields not_text not_a_span twice_in_file ambiguous other_district taken unbalanced_quote wrong empty xlsx xls pdf html missing_columns column_twice too_many_rows',
  registryField:
    'name sex born phone village address access lat lon category care_level conditions medicines allergies id tier gate_lat gate_lon verified_at verified_by temporary plan role travel username dialects certificates left_at gate verified contacts home standby contact_name contact_relation contact_phone contact_kind contact_hours contact_opens_door contact_accidental',
} as const;

describe.each(Object.entries(WORDS))('every word of %s', (group, codes) => {
  it.each([
    ['zh', zhRegistry],
    ['en', enRegistry],
  ] as const)('is spoken in %s', (_, words) => {
    const known = (words as Record<string, object>)[group] ?? {};
    expect(codes.split(' ').filter((code) => !(code in known))).toEqual([]);
  });
});
