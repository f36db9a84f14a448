import * as v from 'valibot';

import type { LiveMessage } from '../generated/LiveMessage';

// Loose on purpose: what the code relies on is checked, what a later server adds is let through.
const ticket = v.looseObject({
  id: v.string(),
  status: v.string(),
  handling: v.string(),
  urgency: v.number(),
  flags: v.array(v.string()),
  times: v.looseObject({}),
  offers: v.array(v.looseObject({ id: v.string(), responder: v.string(), role: v.string(), status: v.string() })),
});
const responder = v.looseObject({
  id: v.string(),
  name: v.string(),
  role: v.string(),
  state: v.string(),
  out_of_touch_since: v.optional(v.nullable(v.string()), null),
});
// A place that cannot be read must not cost the alarm.
const place = v.fallback(
  v.nullable(
    v.looseObject({
      lat: v.number(),
      lon: v.number(),
      accuracy_m: v.optional(v.nullable(v.number()), null),
      source: v.string(),
      at: v.string(),
    }),
  ),
  null,
);
const unrecorded = v.looseObject({
  id: v.string(),
  kind: v.string(),
  protocol: v.string(),
  device: v.string(),
  received_at: v.string(),
  position: place,
});
// A caller who cannot be read in full must not cost the call: what is unknown is null.
const maybe = v.optional(v.nullable(v.string()), null);
const call = v.looseObject({
  id: v.string(),
  direction: v.string(),
  state: v.string(),
  number: maybe,
  withheld: v.optional(v.boolean(), false),
  seniors: v.fallback(v.array(v.looseObject({ id: v.string(), name: v.string() })), []),
  by: maybe,
  result: maybe,
  ticket: maybe,
  recording: maybe,
  ringing_at: v.string(),
  answered_at: maybe,
  ended_at: maybe,
  summary: maybe,
});
const gap = v.looseObject({
  from: v.string(),
  to: v.string(),
  short: v.looseObject({ aides: v.number(), rescuers: v.number() }),
});
const moved = v.looseObject({ id: v.string(), lat: v.number(), lon: v.number(), at: v.string() });

const message = v.variant('type', [
  v.looseObject({
    type: v.literal('snapshot'),
    seq: v.number(),
    tickets: v.array(ticket),
    responders: v.array(responder),
  }),
  v.looseObject({ type: v.literal('event'), seq: v.number(), prev: v.number(), event: v.string(), ticket }),
  v.looseObject({ type: v.literal('calls'), at: v.string(), calls: v.array(call) }),
  v.looseObject({
    type: v.literal('cover'),
    at: v.string(),
    gaps: v.array(gap),
    missing: v.array(v.looseObject({ responder: v.string(), name: v.string() })),
  }),
  v.looseObject({ type: v.literal('responders'), at: v.string(), responders: v.array(responder) }),
  v.looseObject({ type: v.literal('positions'), at: v.string(), responders: v.array(moved) }),
  v.looseObject({ type: v.literal('unrecorded'), at: v.string(), alarms: v.array(unrecorded), total: v.number() }),
  v.looseObject({ type: v.literal('probe'), id: v.string() }),
  v.looseObject({ type: v.literal('heartbeat'), seq: v.number(), at: v.string() }),
]);

/** Returns a message of the live feed, null where the text is none that is known. */
export function parseLiveMessage(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const result = v.safeParse(message, json);
  // The generated type is what the server promises; the check above is what we cannot do without.
  return result.success ? (result.output as unknown as LiveMessage) : null;
}
