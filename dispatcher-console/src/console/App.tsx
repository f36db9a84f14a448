import { Console } from './Console';
import { useSpeech } from './i18n';
import { LoginOverlay } from './login/LoginOverlay';
import { LoginPage } from './login/LoginPage';
import { StoreAway } from './login/StoreAway';
import { WrongRole } from './login/WrongRole';
import { MapScreen } from './MapScreen';
import { useSession } from './state/session';
import { useWindow } from './state/windows';

/** Decides by who is logged in; an expired session keeps the console and covers it. */
export function App() {
  const { t } = useSpeech();
  const { stage, user } = useSession();
  const screen = useWindow((here) => here.screen);
  if (stage === 'unknown') return <p className="opening">{t('app.loading')}</p>;
  if (stage === 'storeAway') return <StoreAway />;
  if (stage === 'out') return <LoginPage />;
  if (user.role === 'aide') return <WrongRole />;
  return (
    <>
      {screen === 'map' ? <MapScreen /> : <Console />}
      {stage === 'expired' && <LoginOverlay />}
    </>
  );
}
