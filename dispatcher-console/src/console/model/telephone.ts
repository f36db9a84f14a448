/**
 * Returns a number in groups as people read it out: `138 0013 8000`, `0596-212 3456`.
 *
 * Only what is surely of this country is grouped; anything else is shown as it came.
 */
export function spokenNumber(number: string): string {
  const national = number.replace(/^(?:\+|00)86/, '').replace(/[\s()-]/g, '');
  if (!/^\d+$/.test(national)) return number;
  if (/^1\d{10}$/.test(national)) return [national.slice(0, 3), national.slice(3, 7), national.slice(7)].join(' ');
  // Area codes: 010 and 02x have three digits, all others four.
  const landline = /^(0(?:10|2\d)|0[3-9]\d{2})(\d{3,4})(\d{4})$/.exec(national);
  return landline === null ? number : `${landline[1]}-${landline[2]} ${landline[3]}`;
}
