/** What the address of the page asks for. */
export type Ask =
  /** By a link: the secret behind `#`. */
  | { by: 'link'; token: string }
  /** By an operator who is logged in. */
  | { by: 'ticket'; id: string }
  /** By nobody: a link whose secret was taken out of the address, and then reloaded. */
  | { by: 'nobody' };

/** Returns what an address asks for; a secret comes before a ticket. */
export function askOf({ hash, search }: { hash: string; search: string }): Ask {
  const token = hash.replace(/^#/, '').trim();
  if (token !== '') return { by: 'link', token };
  const id = new URLSearchParams(search).get('ticket')?.trim() ?? '';
  return id === '' ? { by: 'nobody' } : { by: 'ticket', id };
}

/** Why there is no card to show. */
export type Failure = 'invalid' | 'logIn' | 'forbidden' | 'unreachable' | 'away' | 'nobody';

/** Returns why the server gave no card: of a link nobody learns more than that it is not valid. */
export function failureOf(by: 'link' | 'ticket', status: number): Failure {
  if (status === 0) return 'unreachable';
  if (status === 429 || status >= 500) return 'away';
  if (by === 'link') return 'invalid';
  if (status === 401) return 'logIn';
  return status === 403 ? 'forbidden' : 'invalid';
}

/** Returns whether asking again can help. */
export function isPassing(failure: Failure): boolean {
  return failure === 'unreachable' || failure === 'away';
}
