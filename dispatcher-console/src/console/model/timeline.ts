import type { TimelineEntry } from '../../generated/TimelineEntry';

/** One piece of an entry: a word of the API to translate, a person to name, or free text. */
export type Detail =
  | { kind: 'word'; group: 'flag' | 'kind' | 'outcome' | 'cause' | 'role' | 'target' | 'withdrawn' | 'widened' | 'escalatedWhy' | 'source' | 'direction' | 'callResult' | 'silenceStep' | 'messageText' | 'messageState' | 'channel' | 'photoOf' | 'handoverStep' | 'reviewCause' | 'helpWanted' | 'consciousness' | 'breathingState' | 'fell' | 'pain' | 'measure' | 'waitReason' | 'callBackWhich' | 'callBackResult' | 'grade'; code: string }
  | { kind: 'responder'; id: string }
  | { kind: 'devices'; count: number }
  | { kind: 'until'; at: number | string }
  | { kind: 'tried'; times: number }
  | { kind: 'minutes'; value: number }
  | { kind: 'metres'; value: number }
  | { kind: 'eta'; minutes: number }
  | { kind: 'round'; seniors: number; within_min: number; inside: number; plain: number }
  | { kind: 'text'; text: string };

/** Returns what is worth saying about an entry beyond its name; fields not known here stay unsaid. */
export function detailsOf({ event, data }: TimelineEntry): Detail[] {
  const details: Detail[] = [];
  const text = (key: string): string | null => {
    const value = data[key];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const addText = (key: string): void => {
    const value = text(key);
    if (value !== null) details.push({ kind: 'text', text: value });
  };
  const addWord = (key: string, group: Extract<Detail, { kind: 'word' }>['group']): void => {
    const code = text(key);
    if (code !== null) details.push({ kind: 'word', group, code });
  };

  const responder = text('responder');
  if (responder !== null) details.push({ kind: 'responder', id: responder });
  switch (event) {
    case 'ticket_opened':
    case 'signal_joined':
      addWord('kind', 'kind');
      for (const flag of Array.isArray(data['flags']) ? data['flags'] : []) {
        if (typeof flag === 'string') details.push({ kind: 'word', group: 'flag', code: flag });
      }
      break;
    case 'offered':
      addWord('role', 'role');
      details.push(...roundOf(data['round']));
      break;
    case 'accepted':
      addWord('role', 'role');
      break;
    case 'withdrawn':
      addWord('why', 'withdrawn');
      break;
    case 'widened':
      if (typeof data['ring_min'] === 'number') details.push({ kind: 'minutes', value: data['ring_min'] });
      addWord('why', 'widened');
      break;
    case 'escalated':
      addWord('to', 'target');
      addWord('why', 'escalatedWhy');
      addText('city');
      addText('reference');
      if (typeof data['eta_min'] === 'number') details.push({ kind: 'eta', minutes: data['eta_min'] });
      addText('note');
      break;
    case 'chased':
    case 'operators_alarmed':
      addWord('why', 'escalatedWhy');
      break;
    case 'message':
      details.push(...messageOf(data['message']));
      break;
    case 'no_voice':
      addWord('step', 'silenceStep');
      break;
    case 'arrival_confirmed':
    case 'arrival_doubted':
    case 'on_scene':
      if (typeof data['distance_m'] === 'number') details.push({ kind: 'metres', value: data['distance_m'] });
      break;
    case 'devices_listed':
      if (Array.isArray(data['devices'])) details.push({ kind: 'devices', count: data['devices'].length });
      break;
    case 'called':
      if (typeof data['outgoing'] === 'boolean')
        details.push({ kind: 'word', group: 'direction', code: data['outgoing'] ? 'out' : 'in' });
      addWord('result', 'callResult');
      break;
    case 'photo_added':
      addWord('what', 'photoOf');
      break;
    case 'entry_decided':
      addText('authorised_by');
      addText('police_reference');
      addText('witness');
      addText('reason');
      break;
    case 'entry_forced':
      addText('opened_by');
      break;
    case 'entry_secured':
      addText('secured_by');
      addText('how');
      break;
    case 'handed_over':
      addWord('step', 'handoverStep');
      addText('hospital');
      addText('taken_over_by');
      addText('note');
      break;
    case 'card_shared': {
      addText('to');
      const until = data['expires_at'];
      if (typeof until === 'number' || typeof until === 'string') details.push({ kind: 'until', at: until });
      break;
    }
    case 'reviewed':
      addWord('cause', 'reviewCause');
      addText('note');
      break;
    case 'card_read':
      addText('to');
      break;
    case 'death_stated':
      addWord('confirmed_by', 'target');
      addText('reference');
      break;
    case 'call_back_given_up':
      addWord('call', 'callBackWhich');
      if (typeof data['tried'] === 'number') details.push({ kind: 'tried', times: data['tried'] });
      break;
    case 'followed_up':
      addWord('result', 'callBackResult');
      if (typeof data['satisfaction'] === 'number')
        details.push({ kind: 'word', group: 'grade', code: String(data['satisfaction']) });
      addText('note');
      break;
    case 'help_asked':
      addWord('what', 'helpWanted');
      break;
    case 'address_doubted':
      addText('text');
      break;
    case 'scene_reported':
      details.push(...reportOf(data['report']));
      break;
    case 'entered_alone':
      for (const why of Array.isArray(data['why']) ? data['why'] : [])
        if (typeof why === 'string') details.push({ kind: 'word', group: 'waitReason', code: why });
      break;
    case 'closed':
      addWord('outcome', 'outcome');
      addWord('cause', 'cause');
      addText('hospital');
      addText('witness');
      addText('note');
      break;
    default:
      addText('text');
      addText('reason');
      addText('result');
      addText('note');
  }
  return details;
}

/** Returns the entries to show: of a message only how far it has come by now. */
export function shownOf(entries: TimelineEntry[]): TimelineEntry[] {
  const idOf = ({ event, data }: TimelineEntry): string | undefined =>
    event === 'message' ? ((data['message'] ?? {}) as Message).id : undefined;
  const last = new Map(entries.map((entry) => [idOf(entry), entry.seq]));
  return entries.filter((entry) => idOf(entry) === undefined || last.get(idOf(entry)) === entry.seq);
}

interface Report {
  conscious?: string;
  breathing?: string;
  fell?: boolean;
  pain?: string;
  measures?: string[];
  outcome?: string;
  note?: string;
}

/** How the senior was found. */
function reportOf(report: unknown): Detail[] {
  const { conscious, breathing, fell, pain, measures, outcome, note } = (report ?? {}) as Report;
  const details: Detail[] = [];
  if (conscious !== undefined) details.push({ kind: 'word', group: 'consciousness', code: conscious });
  if (breathing !== undefined) details.push({ kind: 'word', group: 'breathingState', code: breathing });
  if (fell !== undefined) details.push({ kind: 'word', group: 'fell', code: fell ? 'yes' : 'no' });
  if (pain !== undefined) details.push({ kind: 'word', group: 'pain', code: pain });
  for (const measure of measures ?? []) details.push({ kind: 'word', group: 'measure', code: measure });
  if (outcome !== undefined) details.push({ kind: 'word', group: 'outcome', code: outcome });
  if (note !== undefined) details.push({ kind: 'text', text: note });
  return details;
}

interface Message {
  id?: string;
  whom?: string;
  name?: string;
  relation?: string;
  responder?: string;
  channel?: string;
  text?: string;
  state?: string;
  why?: string;
}

/** What a message says to whom, by which way, and how far it has come. */
function messageOf(message: unknown): Detail[] {
  const { whom, name, relation, responder, channel, text, state, why } = (message ?? {}) as Message;
  const details: Detail[] = [];
  const add = (group: 'messageText' | 'messageState' | 'channel' | 'target', code: string | undefined): void => {
    if (code !== undefined) details.push({ kind: 'word', group, code });
  };
  add('messageText', text);
  if (whom === 'leader') add('target', 'leader');
  if (responder !== undefined) details.push({ kind: 'responder', id: responder });
  const contact = [name, relation].filter((part) => part !== undefined && part !== '').join(' ');
  if (contact !== '') details.push({ kind: 'text', text: contact });
  add('channel', channel);
  add('messageState', state);
  if (why !== undefined) details.push({ kind: 'text', text: why });
  return details;
}

interface Tally {
  inside: number[];
}

/** What a round for several tickets at once gained over asking the nearest one after the other: said for
    the narrowest ring in which the two differ. */
function roundOf(round: unknown): Detail[] {
  const { seniors, rings_min, plain, round: chosen } = (round ?? {}) as {
    seniors?: number;
    rings_min?: number[];
    plain?: Tally;
    round?: Tally;
  };
  if (seniors === undefined || rings_min === undefined || plain === undefined || chosen === undefined) return [];
  const differs = rings_min.findIndex((_, ring) => chosen.inside[ring] !== plain.inside[ring]);
  const ring = Math.max(differs, 0);
  return [
    {
      kind: 'round',
      seniors,
      within_min: rings_min[ring] ?? 0,
      inside: chosen.inside[ring] ?? 0,
      plain: plain.inside[ring] ?? 0,
    },
  ];
}
