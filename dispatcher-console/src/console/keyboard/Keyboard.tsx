import { useEffect } from 'react';

import { useSpeech } from '../i18n';
import { useDesk } from '../state/desk';
import { loadKeymap } from '../state/keymap';
import { useSession } from '../state/session';
import { LogOutSheet } from './LogOutSheet';
import { Palette } from './Palette';
import { listen } from './strokes';
import { Later, later } from '../ui/Later';

const HELP = later(async () => (await import('./HelpSheet')).HelpSheet);
const KEYMAP = later(async () => (await import('./KeymapSheet')).KeymapSheet);

/** Lets everything be done by keys: hears them, and shows the sheets that are about them. */
export function Keyboard() {
  const { t } = useSpeech();
  const user = useSession((session) => session.user?.id);
  const dialog = useDesk((desk) => desk.dialog);

  useEffect(() => loadKeymap(user ?? null), [user]);
  useEffect(
    () =>
      listen({
        notNow: ({ id }) => t('keyboard.notNow', { what: t(`command.${id}`) }),
        justPopped: () => t('keyboard.justPopped'),
      }),
    [t],
  );

  switch (dialog) {
    case 'palette':
      return <Palette />;
    case 'help':
      return <Later part={HELP} />;
    case 'keymap':
      return <Later part={KEYMAP} />;
    case 'logOut':
      return <LogOutSheet />;
    default:
      return null;
  }
}
