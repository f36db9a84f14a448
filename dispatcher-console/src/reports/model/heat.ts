/** Returns how dark a field is, 0 (nothing) to 5 (the most there is). */
export function shadeOf(number: number, highest: number): number {
  return number <= 0 || highest <= 0 ? 0 : Math.max(1, Math.ceil((number / highest) * 5));
}
