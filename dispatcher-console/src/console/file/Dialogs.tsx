import type { Ambulance } from '../../generated/Ambulance';
import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { CloseDialog } from '../dialogs/CloseDialog';
import { EscalateDialog } from '../dialogs/EscalateDialog';
import { TextDialog } from '../dialogs/TextDialog';
import { VerifyDialog } from '../dialogs/VerifyDialog';
import { useSpeech } from '../i18n';
import type { DialogName, TicketDialogName } from '../state/desk';

interface DialogsProps {
  name: TicketDialogName;
  ticket: Ticket;
  senior: Senior | null;
  ambulance: Ambulance | null;
}

/** Returns whether a dialog belongs to a ticket's file. */
export function isTicketDialog(name: DialogName): name is TicketDialogName {
  return name !== 'newTicket' && name !== 'caller';
}

/** The dialog that is open over the file. */
export function Dialogs({ name, ticket, senior, ambulance }: DialogsProps) {
  const { t } = useSpeech();
  const path = `/v1/tickets/${ticket.id}`;
  switch (name) {
    case 'close':
      return <CloseDialog ticket={ticket} />;
    case 'escalate':
      return <EscalateDialog ticket={ticket} senior={senior} ambulance={ambulance} />;
    case 'verify':
      return <VerifyDialog ticket={ticket} />;
    case 'note':
      return (
        <TextDialog
          ticket={ticket.id}
          title={t('dialog.noteTitle')}
          label={t('dialog.noteText')}
          submit={t('act.note')}
          path={`${path}/notes`}
          body={(text) => ({ text })}
        />
      );
    case 'family':
      return (
        <TextDialog
          ticket={ticket.id}
          title={t('dialog.familyTitle')}
          hint={t('dialog.familyHint')}
          label={t('dialog.familyNote')}
          submit={t('act.tellFamily')}
          path={`${path}/tell-family`}
          body={(note) => (note === '' ? {} : { note })}
          contacts={senior?.contacts ?? []}
          senior={senior?.id ?? null}
          optional
        />
      );
    case 'takeOver':
      return (
        <TextDialog
          ticket={ticket.id}
          title={t('dialog.takeOverTitle')}
          hint={t('dialog.takeOverHint')}
          label={t('dialog.reason')}
          submit={t('act.takeOver')}
          path={`${path}/answer`}
          body={(reason) => ({ take_over: true, reason })}
        />
      );
    case 'reopen':
      return (
        <TextDialog
          ticket={ticket.id}
          title={t('dialog.reopenTitle')}
          label={t('dialog.reason')}
          submit={t('act.reopen')}
          path={`${path}/reopen`}
          body={(reason) => ({ reason })}
        />
      );
  }
}
