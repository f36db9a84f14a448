import { useSpeech } from '../console/i18n';
import { LoginOverlay } from '../console/login/LoginOverlay';
import { LoginPage } from '../console/login/LoginPage';
import { StoreAway } from '../console/login/StoreAway';
import { WrongRole } from '../console/login/WrongRole';
import { useSession } from '../console/state/session';
import { Board } from './Board';
import { OnlySupervisors } from './OnlySupervisors';

const MAY_LOOK = ['supervisor', 'admin'];

/** Decides by who is logged in; an expired session keeps the board, greyed, and covers it. */
export function App() {
  const { t } = useSpeech();
  const { stage, user } = useSession();
  if (stage === 'unknown') return <p className="opening">{t('app.loading')}</p>;
  if (stage === 'storeAway') return <StoreAway />;
  if (stage === 'out') return <LoginPage />;
  if (user.role === 'aide') return <WrongRole />;
  if (!MAY_LOOK.includes(user.role)) return <OnlySupervisors role={user.role} />;
  return (
    <>
      <Board />
      {stage === 'expired' && <LoginOverlay />}
    </>
  );
}
