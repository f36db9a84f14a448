import { ToggleGroup } from 'radix-ui';

import { useSpeech } from '../i18n';
import { CallBackCount } from '../after/CallBackCount';
import { CallBackList } from '../after/CallBackList';
import { useDesk } from '../state/desk';
import { useCommandMarks } from '../ui/CommandButton';
import { Kbd } from '../ui/Kbd';
import { WorkList } from '../work/WorkList';
import { ClosedList } from './ClosedList';
import { OpenList } from './OpenList';
import { UnrecordedAlarms } from './UnrecordedAlarms';

/** The left part: what is no ticket yet, then tickets, open or closed. */
export function QueuePanel() {
  const { t } = useSpeech();
  const filter = useDesk((desk) => desk.filter);
  const open = useCommandMarks('listOpen');
  const closed = useCommandMarks('listClosed');
  const callBacks = useCommandMarks('listCallBacks');
  return (
    <nav className="panel queue" aria-label={t('queue.heading')}>
      <UnrecordedAlarms />
      <header className="panel-head">
        <h2>{t('queue.heading')}</h2>
        <ToggleGroup.Root
          type="single"
          className="toggle"
          aria-label={t('queue.filter')}
          value={filter}
          onValueChange={(value) => {
            if (value === 'open' || value === 'closed' || value === 'callBacks') useDesk.setState({ filter: value });
          }}
        >
          <ToggleGroup.Item value="open" {...open}>
            {t('queue.open')}
            <Kbd command="listOpen" />
          </ToggleGroup.Item>
          <ToggleGroup.Item value="closed" {...closed}>
            {t('queue.closed')}
            <Kbd command="listClosed" />
          </ToggleGroup.Item>
          <ToggleGroup.Item value="callBacks" {...callBacks}>
            {t('callBack.tab')} <CallBackCount />
            <Kbd command="listCallBacks" />
          </ToggleGroup.Item>
        </ToggleGroup.Root>
      </header>
      {filter === 'open' && <OpenList />}
      {filter === 'closed' && <ClosedList />}
      {filter === 'callBacks' && <CallBackList />}
      {filter === 'open' && <WorkList />}
    </nav>
  );
}
