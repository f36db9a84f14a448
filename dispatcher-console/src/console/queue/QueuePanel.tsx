import { ToggleGroup } from 'radix-ui';

import { useSpeech } from '../i18n';
import { useDesk } from '../state/desk';
import { WorkList } from '../work/WorkList';
import { ClosedList } from './ClosedList';
import { OpenList } from './OpenList';
import { UnrecordedAlarms } from './UnrecordedAlarms';

/** The left part: what is no ticket yet, then tickets, open or closed. */
export function QueuePanel() {
  const { t } = useSpeech();
  const filter = useDesk((desk) => desk.filter);
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
            if (value === 'open' || value === 'closed') useDesk.setState({ filter: value });
          }}
        >
          <ToggleGroup.Item value="open">{t('queue.open')}</ToggleGroup.Item>
          <ToggleGroup.Item value="closed">{t('queue.closed')}</ToggleGroup.Item>
        </ToggleGroup.Root>
      </header>
      {filter === 'open' ? <OpenList /> : <ClosedList />}
      {filter === 'open' && <WorkList />}
    </nav>
  );
}
