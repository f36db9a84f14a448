import type { Sealed } from '../model/outbox';

/** Returns the value sealed; null where the page is not secure, and the browser seals nothing. */
export async function seal(value: object): Promise<Sealed | null> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return null;
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const text = await subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(JSON.stringify(value)));
  return { key, nonce, text };
}

/** Returns what was sealed; null when it cannot be read any more. */
export async function unseal({ key, nonce, text }: Sealed): Promise<object | null> {
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, text);
    return JSON.parse(new TextDecoder().decode(plain)) as object;
  } catch {
    return null;
  }
}
