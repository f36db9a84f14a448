import { useQuery } from '@tanstack/react-query';

import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { ordered, receivedAt } from '../model/queue';
import { api } from '../services';
import { useFeed } from '../state/feed-store';
import { CLOSED_KEY } from '../state/keys';
import { useTimes } from '../state/use-district';

interface OtherTicketSelectProps {
  own: string;
  value: string;
  onChange: (ticket: string) => void;
}

/** Chooses the ticket of which this one is a duplicate: open ones first, then those just closed. */
export function OtherTicketSelect({ own, value, onChange }: OtherTicketSelectProps) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const open = useFeed((feed) => feed.tickets);
  const closed = useQuery({
    queryKey: CLOSED_KEY,
    queryFn: ({ signal }) => api.get<{ items: Ticket[] }>('/v1/tickets?status=closed', signal),
  });
  const others = [...ordered(open.values()), ...(closed.data?.items ?? [])].filter((ticket) => ticket.id !== own);
  return (
    <label>
      <span>{t('closing.duplicate')}</span>
      <select required value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t('closing.chooseTicket')}</option>
        {others.map((ticket) => (
          <option key={ticket.id} value={ticket.id}>
            {`${ticket.number} · ${ticket.who.name ?? t('queue.unknown')} · ${word('kind', ticket.kind)} · ${dayAndTime(receivedAt(ticket))}`}
          </option>
        ))}
      </select>
    </label>
  );
}
