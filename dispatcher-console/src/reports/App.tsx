import { OnlySupervisors } from '../board/OnlySupervisors';
import { useSpeech } from '../console/i18n';
import { LoginOverlay } from '../console/login/LoginOverlay';
import { LoginPage } from '../console/login/LoginPage';
import { StoreAway } from '../console/login/StoreAway';
import { WrongRole } from '../console/login/WrongRole';
import { useSession } from '../console/state/session';
import { PrintedMonth } from './PrintedMonth';
import { Reports } from './Reports';
import { useAsked } from './state/asked';

const MAY_LOOK = ['supervisor', 'admin'];

/** Decides by who is logged in and by the address: the reports, or a month as it is printed. */
export function App() {
  const { t } = useSpeech();
  const { stage, user } = useSession();
  const print = useAsked(({ print }) => print);
  if (stage === 'unknown') return <p className="opening">{t('app.loading')}</p>;
  if (stage === 'storeAway') return <StoreAway />;
  if (stage === 'out') return <LoginPage />;
  if (user.role === 'aide') return <WrongRole />;
  if (!MAY_LOOK.includes(user.role)) return <OnlySupervisors role={user.role} />;
  return (
    <>
      {print === null ? <Reports /> : <PrintedMonth month={print} />}
      {stage === 'expired' && <LoginOverlay />}
    </>
  );
}
