/** Returns the token behind `#`, null when there is none. */
export function tokenOf(hash: string): string | null {
  const token = hash.replace(/^#/, '').trim();
  return token === '' ? null : token;
}

/** Returns the offer that a token is of, as far as it says; whether it is genuine only the server knows. */
export function offerOf(token: string): string | null {
  let bytes: string;
  try {
    bytes = atob(token.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    return null; // whatever stands in an address
  }
  if (bytes.length < 16) return null;
  const hex = Array.from(bytes.slice(0, 16), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
