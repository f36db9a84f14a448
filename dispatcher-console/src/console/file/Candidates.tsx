import type { Candidate } from '../../generated/Candidate';
import type { Ticket } from '../../generated/Ticket';
import { eta } from '../../shared/format';
import { useSpeech } from '../i18n';
import { isFree, reasonValue } from '../model/replacement';
import { type Act, useAct } from '../state/use-act';
import { Phone } from '../telephone/Phone';

interface CandidatesProps {
  ticket: Ticket;
  candidates: Candidate[];
}

/** Who could go, nearest first, with the reason why or why not. */
export function Candidates({ ticket, candidates }: CandidatesProps) {
  const { t } = useSpeech();
  const act = useAct(ticket.id);
  return (
    <section className="candidates" aria-labelledby="candidates-heading">
      <h3 id="candidates-heading">{t('dispatch.candidates')}</h3>
      {candidates.length === 0 ? (
        <p className="doubt">{t('dispatch.noCandidates')}</p>
      ) : (
        <ul>
          {candidates.map((candidate) => (
            <CandidateRow key={candidate.responder} ticket={ticket} candidate={candidate} act={act} />
          ))}
        </ul>
      )}
    </section>
  );
}

function CandidateRow({ ticket, candidate, act: { act, busy } }: { ticket: Ticket; candidate: Candidate; act: Act }) {
  const { t, lang, word } = useSpeech();
  const assign = (place: 'lead' | 'support', what: string) => (
    <button
      type="button"
      className="button small"
      disabled={busy !== null}
      aria-label={`${what} ${candidate.name}`}
      onClick={() =>
        void act(`/v1/tickets/${ticket.id}/assign`, { responder: candidate.responder, as: place }, `${what} ${candidate.name}`)
      }
    >
      {what}
    </button>
  );
  return (
    <li className="candidate" data-eligible={candidate.eligible}>
      <span className="candidate-eta">{candidate.eta_s === null ? t('dispatch.noEta') : eta(candidate.eta_s, lang)}</span>
      <span className="candidate-who">
        <strong>{candidate.name}</strong> <span className="muted">{word('role', candidate.role)}</span>
        {candidate.eta_source === 'straight_line' && <span className="badge">{t('dispatch.straight')}</span>}
        {candidate.planned_as !== null && (
          <span className="badge good">{t('dispatch.planned', { place: word('role', candidate.planned_as) })}</span>
        )}
        {candidate.speaks_dialect && <span className="badge good">{t('dispatch.speaksDialect')}</span>}
        <Phone number={candidate.phone} name={candidate.name} senior={ticket.senior} ticket={ticket.id} />
        <span className="reason">
          {word('reason', candidate.reason_code, { value: reasonValue(candidate, lang) })}
        </span>
      </span>
      {isFree(candidate) && (
        <span className="candidate-buttons">
          {candidate.role === 'aide' && assign('lead', t('dispatch.asLead'))}
          {assign('support', t('dispatch.asSupport'))}
        </span>
      )}
    </li>
  );
}
