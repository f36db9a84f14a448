import type { Ticket } from '../../generated/Ticket';
import { useSpeech } from '../i18n';

/** What is doubtful about this ticket, with what to do about it. */
export function Flags({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  if (ticket.flags.length === 0) return null;
  // Where the senior is, is asked while somebody looks for them.
  const open = ticket.status === 'open';
  return (
    <ul className="flags" aria-label={t('file.flags')}>
      {ticket.flags.map((flag) => (
        <li key={flag}>
          <span className="badge flag">{word('flag', flag)}</span> {(open || flag !== 'no_position') && word('flagWhy', flag)}
        </li>
      ))}
    </ul>
  );
}
