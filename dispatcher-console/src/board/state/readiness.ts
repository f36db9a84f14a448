/** Whether the service can take and keep an alarm, and if not, why. */
export interface Readiness {
  ready: boolean;
  reason: string;
}

const PATIENCE_MS = 10_000;

/** Asks `/readyz`: plain words when it is ready, a problem when it is not. Nobody has to be logged in for it. */
export async function askReady(signal: AbortSignal): Promise<Readiness> {
  const answer = await fetch('/readyz', { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]), cache: 'no-store' });
  if (answer.ok) return { ready: true, reason: '' };
  return { ready: false, reason: reasonIn(await answer.text()) ?? String(answer.status) };
}

function reasonIn(text: string): string | null {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : null;
  } catch {
    return null; // a proxy's own page
  }
}
