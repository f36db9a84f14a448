import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';
import { ownCallAbout } from '../model/calls';
import { CALL_KINDS, newTicketBody } from '../model/new-ticket';
import { notify, openFile } from '../state/desk';
import { takeTicket, useFeed } from '../state/feed-store';
import { seniorKey } from '../state/keys';
import { useSession } from '../state/session';
import { useCloseSheet } from '../state/use-close-sheet';
import { useSend, useTellFailure } from '../state/use-send';
import { Sheet, SheetButtons } from '../ui/Sheet';

/** Opens a ticket from a telephone call, for the senior whose file is open. */
export function NewTicketDialog({ senior }: { senior: Senior }) {
  const { t, word } = useSpeech();
  const client = useQueryClient();
  const [kind, setKind] = useState<string>(CALL_KINDS[0]);
  const [note, setNote] = useState('');
  const { busy, send } = useSend();
  const close = useCloseSheet();
  const tellFailure = useTellFailure();

  async function open(event: FormEvent): Promise<void> {
    event.preventDefault();
    const call = ownCallAbout(senior.id, useFeed.getState().calls.list, useSession.getState().user);
    const sent = await send<Ticket & { joined: boolean }>('/v1/tickets', newTicketBody(senior.id, kind, note, call));
    if (sent === null) return;
    if (!sent.done) return tellFailure(sent.error);
    const { joined, ...ticket } = sent.answer;
    void client.invalidateQueries({ queryKey: seniorKey(senior.id) });
    takeTicket(ticket);
    // Whoever has gone on to something else keeps it on the desk: the notice says where the ticket is.
    if (close()) openFile(ticket.id);
    notify('good', t(joined ? 'newTicket.joined' : 'newTicket.opened', { number: ticket.number }));
  }

  return (
    <Sheet title={t('newTicket.title')} hint={t('newTicket.hint')}>
      <form onSubmit={(event) => void open(event)}>
        <p className="handoff">
          <strong>{senior.name}</strong> {senior.age !== null && t('queue.age', { age: senior.age })} {senior.village}
        </p>
        <label>
          <span>{t('newTicket.kind')}</span>
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            {CALL_KINDS.map((code) => (
              <option key={code} value={code}>
                {word('kind', code)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t('newTicket.note')}</span>
          <textarea rows={3} autoFocus value={note} onChange={(event) => setNote(event.target.value)} />
        </label>
        <SheetButtons submit={t('newTicket.open')} busy={busy !== null} />
      </form>
    </Sheet>
  );
}
