/**
 * Lets the page be opened without a signal. A newer worker that waits takes over now, while the page is
 * being opened and nobody has begun anything.
 */
export async function registerServiceWorker(): Promise<void> {
  // Missing where the page is not secure: it works as long as there is a signal.
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (container === undefined || !import.meta.env.PROD) return;
  try {
    const { waiting } = await container.register('/sw.js', { scope: '/aide' });
    waiting?.postMessage('take-over');
  } catch {
    // Private windows and full disks refuse; the page works without.
  }
}
