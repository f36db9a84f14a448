import { Dialog } from 'radix-ui';

import { useSpeech } from '../../console/i18n';
import { useTimes } from '../../console/state/use-district';
import { duration } from '../../shared/format';
import type { TicketBehind } from '../model/answers';
import { useAnswer } from '../state/answers';
import { Answered } from './Answered';

/** Which tickets are looked at: the path that lists them, and what they are called. */
export interface Behind {
  path: string;
  title: string;
}

interface Listed {
  count: number;
  tickets: TicketBehind[];
}

/** The tickets behind a number; each opens at the console, in a window of its own. */
export function BehindSheet({ behind, onClose }: { behind: Behind; onClose: () => void }) {
  const { t, lang } = useSpeech();
  const { dayAndTime } = useTimes();
  const query = useAnswer<Listed>(behind.path);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <div className="dialog-head">
            <Dialog.Title>{behind.title}</Dialog.Title>
            <Dialog.Close className="button quiet" aria-label={t('dialog.closeWindow')}>
              ✕
            </Dialog.Close>
          </div>
          <Answered query={query}>
            {({ count, tickets }) => {
              if (tickets.length === 0) return <p className="empty">{t('reports.noTickets')}</p>;
              return (
                <>
                  {count > tickets.length && <p className="muted">{t('reports.firstOf', { shown: tickets.length, all: count })}</p>}
                  <ul className="behind">
                    {tickets.map(({ ticket, number, received_at, took_s }) => (
                      <li key={ticket}>
                        <a href={`/?ticket=${ticket}`} target="_blank" rel="noreferrer">
                          {t('reports.number', { number })}
                        </a>
                        <span>{dayAndTime(received_at)}</span>
                        {took_s !== undefined && <span className="figure">{duration(took_s * 1000, lang)}</span>}
                      </li>
                    ))}
                  </ul>
                </>
              );
            }}
          </Answered>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
