import { openFile } from './desk';
import { useSession } from './session';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Opens the ticket that the address names (`/?ticket=ID`, a link of a report), as soon as somebody is logged in. It is
 * taken out of the address: after a reload nobody wants it again.
 */
export function openLinkedTicket(): void {
  const url = new URL(location.href);
  const ticket = url.searchParams.get('ticket');
  if (ticket === null) return;
  url.searchParams.delete('ticket');
  history.replaceState(history.state, '', url);
  if (!ID.test(ticket)) return;
  const stop = useSession.subscribe(({ user }) => {
    if (user === null) return;
    stop();
    openFile(ticket);
  });
}
