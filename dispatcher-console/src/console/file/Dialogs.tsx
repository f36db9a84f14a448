import type { Ambulance } from '../../generated/Ambulance';
import type { Candidate } from '../../generated/Candidate';
import type { Senior } from '../../generated/Senior';
import type { Ticket } from '../../generated/Ticket';
import { CardLinkDialog } from '../after/CardLinkDialog';
import { DeathDialog, SignDeathDialog } from '../after/DeathDialogs';
import { CloseDialog } from '../dialogs/CloseDialog';
import { EscalateDialog } from '../dialogs/EscalateDialog';
import { ForcedEntryDialog } from '../dialogs/ForcedEntryDialog';
import { PlaceDialog } from '../dialogs/PlaceDialog';
import { ReplaceDialog } from '../dialogs/ReplaceDialog';
import { SeatDialog } from '../dialogs/SeatDialog';
import { TextDialog } from '../dialogs/TextDialog';
import { VerifyDialog } from '../dialogs/VerifyDialog';
import { useSpeech } from '../i18n';
import type { DialogName, TicketDialogName } from '../state/desk';

interface DialogsProps {
  name: TicketDialogName;
  ticket: Ticket;
  senior: Senior | null;
  ambulance: Ambulance | null;
  candidates: Candidate[];
}

const OF_NO_TICKET: ReadonlySet<string> = new Set<DialogName>(['caller', 'help', 'keymap', 'logOut', 'newTicket', 'palette', 'registry', 'roster', 'shift']);

/** Returns whether a dialog belongs to a ticket's file. */
export function isTicketDialog(name: DialogName): name is TicketDialogName {
  return !OF_NO_TICKET.has(name);
}

/** The dialog that is open over the file. */
export function Dialogs({ name, ticket, senior, ambulance, candidates }: DialogsProps) {
  const { t } = useSpeech();
  const path = `/v1/tickets/${ticket.id}`;
  switch (name) {
    case 'close':
      return <CloseDialog ticket={ticket} />;
    case 'escalate':
      return <EscalateDialog ticket={ticket} senior={senior} ambulance={ambulance} />;
    case 'forcedEntry':
      return <ForcedEntryDialog ticket={ticket} />;
    case 'cardLink':
      return <CardLinkDialog ticket={ticket.id} />;
    case 'death':
      return <DeathDialog ticket={ticket} />;
    case 'signDeath':
      return <SignDeathDialog ticket={ticket} />;
    case 'atHospital':
      return (
        <TextDialog
          ticket={ticket.id}
          title={t('handover.atHospital')}
          label={t('closing.hospital')}
          submit={t('handover.atHospital')}
          path={`${path}/handover`}
          body={(hospital) => ({ step: 'at_hospital', hospital })}
        />
      );
    case 'handedOver':
      return (
        <TextDialog
          ticket={ticket.id}
          title={t('handover.handedOver')}
          label={t('handover.toWhom')}
          submit={t('handover.handedOver')}
          path={`${path}/handover`}
          body={(whom) => ({ step: 'handed_over', ...(whom === '' ? {} : { taken_over_by: whom }) })}
          optional
        />
      );
    case 'place':
      return <PlaceDialog ticket={ticket} />;
    case 'replaceLead':
      return <ReplaceDialog ticket={ticket} place="lead" candidates={candidates} />;
    case 'replaceSupport':
      return <ReplaceDialog ticket={ticket} place="support" candidates={candidates} />;
    case 'seatLead':
      return <SeatDialog ticket={ticket} place="lead" />;
    case 'seatSupport':
      return <SeatDialog ticket={ticket} place="support" />;
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
