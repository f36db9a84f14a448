import { type FormEvent, useState } from 'react';

import type { Contact } from '../../generated/Contact';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { Phone } from '../telephone/Phone';
import { Sheet, SheetButtons } from '../ui/Sheet';

interface TextDialogProps {
  ticket: string;
  title: string;
  hint?: string;
  label: string;
  submit: string;
  path: string;
  /** The request's body for what was written, trimmed. */
  body: (text: string) => object;
  /** Whom to call, shown above the text. */
  contacts?: Contact[];
  /** Whose contacts they are. */
  senior?: string | null;
  optional?: boolean;
}

/** An action that wants a few words. It stays open, with the words, until it is done. */
export function TextDialog({ ticket, title, hint, label, submit, path, body, contacts = [], senior = null, optional = false }: TextDialogProps) {
  const [text, setText] = useState('');
  const { act, busy } = useAct(ticket);
  const close = useCloseSheet();

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (await act(path, body(text.trim()), submit)) close();
  }

  return (
    <Sheet title={title} {...(hint === undefined ? {} : { hint })}>
      <form onSubmit={(event) => void send(event)}>
        {contacts.length > 0 && (
          <ol className="contacts boxed">
            {contacts.map((contact) => (
              <li key={contact.phone + contact.name}>
                <strong>{contact.name}</strong> <span className="muted">{contact.relation}</span>
                <Phone number={contact.phone} name={contact.name} senior={senior} ticket={ticket} />
              </li>
            ))}
          </ol>
        )}
        <label>
          <span>{label}</span>
          <textarea rows={3} autoFocus value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <SheetButtons submit={submit} busy={busy !== null} disabled={!optional && text.trim() === ''} />
      </form>
    </Sheet>
  );
}
