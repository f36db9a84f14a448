/** The mark of the service. */
export function Bell() {
  return (
    <svg className="bell" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--brand)" />
      <path d="M16 6a7 7 0 0 0-7 7v5l-2.5 4h19L23 18v-5a7 7 0 0 0-7-7z" fill="var(--bell-ink)" />
      <circle cx="16" cy="25" r="2.6" fill="var(--bell-ink)" />
    </svg>
  );
}
