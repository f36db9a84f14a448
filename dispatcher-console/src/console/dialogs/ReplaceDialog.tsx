import { type KeyboardEvent, useId, useRef, useState } from 'react';

import type { Candidate } from '../../generated/Candidate';
import type { Ticket } from '../../generated/Ticket';
import { eta, listed } from '../../shared/format';
import { useSpeech } from '../i18n';
import { choiceKey, chosenBy } from '../model/choice-keys';
import { candidatesFor, reasonValue, REPLACE_REASONS, REPLACE_WORDS_MOST, type ReplaceReason, steppedTo } from '../model/replacement';
import { isComposing } from '../model/stroke';
import { current, isActive, type Place, teamOf } from '../model/team';
import { useFeed } from '../state/feed-store';
import { useAct } from '../state/use-act';
import { useCloseSheet } from '../state/use-close-sheet';
import { KeyCap } from '../ui/Kbd';
import { Sheet, SheetButtons } from '../ui/Sheet';

interface ReplaceDialogProps {
  ticket: Ticket;
  place: Place;
  candidates: Candidate[];
}

/** Sends somebody else than the machine chose (改派): arrows and Enter choose who, a digit says why. */
export function ReplaceDialog({ ticket, place, candidates }: ReplaceDialogProps) {
  const { t, lang, word } = useSpeech();
  const responders = useFeed((feed) => feed.responders);
  const { act, busy } = useAct(ticket.id);
  const close = useCloseSheet();
  const free = candidatesFor(place, candidates);
  // Whoever was chosen stays chosen, though the list is renewed: Enter sends nobody who was not on the screen.
  const [who, setWho] = useState(free[0]?.responder ?? null);
  const [why, setWhy] = useState<ReplaceReason | null>(null);
  const [words, setWords] = useState('');
  const [fault, setFault] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const list = useId();

  const index = free.findIndex(({ responder }) => responder === who);
  const chosen = free[index];
  const seat = teamOf(ticket).find((each) => each.place === place);
  const former = seat === undefined ? undefined : current(seat).find(isActive);
  const formerName = former === undefined ? null : (responders.get(former.responder)?.name ?? former.responder.slice(-6));
  const parts = [why === null || why === 'other' ? '' : t(`replaceReason.${why}`), words.trim()];
  const reason = listed(parts.filter((part) => part !== ''), lang);

  async function send(): Promise<void> {
    if (chosen === undefined || busy !== null) return;
    // Who was sent by the machine or a colleague is not replaced without a word; an empty place wants none.
    if (former !== undefined && reason === '') {
      setFault(t('replace.sayWhy'));
      return field.current?.focus();
    }
    const what = t('replace.done', { place: word('role', place), name: chosen.name });
    const body = { responder: chosen.responder, as: place, ...(reason === '' ? {} : { reason }) };
    if (await act(`/v1/tickets/${ticket.id}/assign`, body, what)) close();
  }

  function hear(event: KeyboardEvent): void {
    if (isComposing(event.nativeEvent) || event.ctrlKey || event.altKey || event.metaKey) return;
    const stepped = steppedTo(index, event.key, free.length);
    const reasonAt = chosenBy(event.key, REPLACE_REASONS.length);
    if (stepped !== null) setWho(free[stepped]?.responder ?? null);
    else if (reasonAt !== null) choose(REPLACE_REASONS[reasonAt] ?? null);
    else if (event.key === 'Enter') void send();
    else return;
    event.preventDefault();
  }

  function choose(next: ReplaceReason | null): void {
    setWhy(next);
    setFault('');
    if (next === 'other') field.current?.focus();
  }

  return (
    <Sheet
      title={t(former === undefined ? 'replace.sendTitle' : 'replace.title', { place: word('role', place) })}
      hint={formerName === null ? t('replace.sendHint') : t('replace.hint', { name: formerName })}
    >
      {free.length === 0 ? (
        <p className="doubt">{t('dispatch.noCandidates')}</p>
      ) : (
        <div
          role="listbox"
          id={list}
          tabIndex={0}
          className="palette"
          aria-label={t('dispatch.candidates')}
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.responder}`}
          onKeyDown={hear}
          ref={takeFocus}
        >
          {free.map((candidate) => (
            <div
              key={candidate.responder}
              id={`${list}-${candidate.responder}`}
              role="option"
              aria-selected={candidate === chosen}
              ref={candidate === chosen ? reveal : undefined}
              onClick={() => setWho(candidate.responder)}
            >
              <span className="candidate-eta">{candidate.eta_s === null ? t('dispatch.noEta') : eta(candidate.eta_s, lang)}</span>
              <span>
                <strong>{candidate.name}</strong> <span className="muted">{word('role', candidate.role)}</span>
                {candidate.planned_as !== null && <span className="badge good">{t('dispatch.planned', { place: word('role', candidate.planned_as) })}</span>}
                {candidate.speaks_dialect && <span className="badge good">{t('dispatch.speaksDialect')}</span>}
                <span className="reason">{word('reason', candidate.reason_code, { value: reasonValue(candidate, lang) })}</span>
              </span>
            </div>
          ))}
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <fieldset className="outcomes">
          <legend>{t('replace.why')}</legend>
          <div className="choices">
            {REPLACE_REASONS.map((code, at) => (
              <label key={code} className="choice">
                <input type="radio" name="why" value={code} checked={why === code} onChange={() => choose(code)} />
                <span>
                  {t(`replaceReason.${code}`)}
                  <KeyCap stroke={choiceKey(at) ?? ''} />
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <label>
          <span>{t('replace.words')}</span>
          <input ref={field} maxLength={REPLACE_WORDS_MOST} value={words} onChange={(event) => [setWords(event.target.value), setFault('')]} />
        </label>
        <p className="fault" role="alert">
            {who !== null && chosen === undefined && free.length > 0 ? t('replace.gone') : fault}
        </p>
        <SheetButtons submit={chosen === undefined ? t('seat.send') : t('replace.submit', { name: chosen.name })} busy={busy !== null} disabled={chosen === undefined} />
      </form>
    </Sheet>
  );
}

/** The list is what the keys are for; it has the focus from the start. */
function takeFocus(list: HTMLDivElement | null): void {
  list?.focus();
}

function reveal(option: HTMLDivElement | null): void {
  option?.scrollIntoView({ block: 'nearest' });
}
