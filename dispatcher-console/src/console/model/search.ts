/** Returns what to search seniors by: four digits or more are a telephone number, all else is words. */
export function searchBody(text: string): { phone: string } | { q: string } {
  const looksLikePhone = /^[+\d\s()-]+$/.test(text) && text.replace(/\D/g, '').length >= 4;
  return looksLikePhone ? { phone: text } : { q: text };
}
