import { useEffect, useState } from 'react';

import { useSpeech } from '../i18n';
import { useDesk } from '../state/desk';
import { clearRegistry } from '../state/registry';
import { useSession } from '../state/session';
import { Later, later } from '../ui/Later';

// No alarm waits for it: it comes when somebody opens it.
const REGISTRY = later(async () => (await import('./Registry')).default);

/**
 * Where the registry lies: over file and map, never over queue and header. Once opened it stays, hidden
 * behind an alarm's file or not, so that nothing typed is lost; the next person gets an empty one.
 */
export function RegistryPlace() {
  const open = useDesk((desk) => desk.dialog === 'registry');
  const user = useSession((session) => session.user?.id);
  const [opened, setOpened] = useState(false);
  if (open && !opened) setOpened(true);
  useEffect(() => clearRegistry, [user]);
  if (!opened) return null;
  return <OpenedRegistry key={user} open={open} />;
}

function OpenedRegistry({ open }: { open: boolean }) {
  const { t } = useSpeech();
  return (
    // What is worked on is the main part: the file beneath is out of sight meanwhile.
    <main className="panel registry" aria-label={t('header.registry')} hidden={!open}>
      <Later part={REGISTRY} waiting={<p className="empty">{t('app.loading')}</p>} words={t('header.registryFailed')} />
    </main>
  );
}
