import type { TimelineEntry } from '../../generated/TimelineEntry';

/** One piece of an entry: a word of the API to translate, a person to name, or free text. */
export type Detail =
  | { kind: 'word'; group: 'flag' | 'kind' | 'outcome' | 'cause' | 'role' | 'target' | 'withdrawn' | 'widened' | 'escalatedWhy' | 'source'; code: string }
  | { kind: 'responder'; id: string }
  | { kind: 'minutes'; value: number }
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
      addText('reference');
      addText('note');
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
