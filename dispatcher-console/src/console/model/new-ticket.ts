/** What a call may be about, the commonest first; work on devices and drills are not opened from calls. */
export const CALL_KINDS = [
  'call',
  'sos',
  'fall',
  'help',
  'wandering',
  'wellbeing',
  'service',
  'consult',
  'callback',
  'care_call',
  'complaint',
] as const;

/** Returns the body of the request that opens a ticket from a call. */
export function newTicketBody(senior: string, kind: string, note: string, call: string | null = null): Record<string, string> {
  const text = note.trim();
  return { senior, channel: 'call', kind, ...(text === '' ? {} : { note: text }), ...(call === null ? {} : { call }) };
}
