import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { Shift } from '../../generated/Shift';
import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { grouped, type RosterDay, shiftsOn } from '../model/roster';
import { api } from '../services';
import { notify } from '../state/desk';
import { renewRoster } from '../state/keys';
import { useTellFailure } from '../state/use-send';
import { useDistrictQuery } from './use-roster';
import { useSpans } from './use-spans';

interface DayShiftsProps {
  day: RosterDay;
  shifts: readonly Shift[];
  zone: string;
  mayRemove: boolean;
}

/** Who works on a day. */
export function DayShifts({ day, shifts, zone, mayRemove }: DayShiftsProps) {
  const { t } = useSpeech();
  const { dayWords, spanWords } = useSpans(zone);
  const [asked, setAsked] = useState<string | null>(null);
  const own = shiftsOn(day, shifts);
  return (
    <section className="day-shifts" aria-labelledby="day-shifts-heading">
      <h3 id="day-shifts-heading">{t('roster.dayShifts', { day: dayWords(day.day), number: own.length })}</h3>
      {own.length === 0 && <p className="muted">{t('roster.nobody')}</p>}
      {grouped(own).map(({ from, to, shifts: together }) => (
        <div key={`${from} ${to}`}>
          <h4>
            {spanWords(from, to)} <span className="muted light">{t('roster.shiftPeople', { number: together.length })}</span>
          </h4>
          <ul>
            {together.map((shift) => (
              <ShiftRow
                key={shift.id}
                shift={shift}
                mayRemove={mayRemove}
                asked={asked === shift.id}
                onAsk={(is) => setAsked(is ? shift.id : null)}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

interface ShiftRowProps {
  shift: Shift;
  mayRemove: boolean;
  /** Whether it was asked if it shall really go. */
  asked: boolean;
  onAsk: (asked: boolean) => void;
}

function ShiftRow({ shift, mayRemove, asked, onAsk }: ShiftRowProps) {
  const { t, word } = useSpeech();
  const client = useQueryClient();
  const district = useDistrictQuery();
  const tellFailure = useTellFailure();
  const [busy, setBusy] = useState(false);

  async function remove(): Promise<void> {
    setBusy(true);
    try {
      await api.delete(`/v1/roster/shifts/${shift.id}?${new URLSearchParams(district).toString()}`);
      notify('good', t('roster.removed', { name: shift.name }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 404) tellFailure(error); // somebody else has taken it out
    } finally {
      setBusy(false);
      onAsk(false);
      renewRoster(client);
    }
  }

  return (
    <li data-shift={shift.id}>
      <span className="shift-who">
        <strong>{shift.name}</strong> <span className="muted">{word('role', shift.role)}</span>
      </span>
      {mayRemove && !asked && (
        <button type="button" className="button small quiet" aria-label={`${t('roster.remove')} ${shift.name}`} onClick={() => onAsk(true)}>
          {t('roster.remove')}
        </button>
      )}
      {mayRemove && asked && (
        <span className="really">
          <button type="button" className="button small warn" disabled={busy} onClick={() => void remove()}>
            {t('roster.reallyRemove')}
          </button>
          <button type="button" className="button small" onClick={() => onAsk(false)}>
            {t('act.cancel')}
          </button>
        </span>
      )}
    </li>
  );
}
