import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import type { DistrictInfo } from '../../generated/DistrictInfo';
import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import type { Fault } from '../model/registry';
import { STOPPABLE, type WeatherDraft, weatherFault } from '../model/weather';
import { api, clock } from '../services';
import { notify } from '../state/desk';
import { districtKey } from '../state/keys';
import { useTimes } from '../state/use-district';
import { useTellFailure } from '../state/use-send';
import { Faults } from './faults';
import { Check, MomentField, TextField } from './fields';

const NOTHING: WeatherDraft = { stops: [], until: '', note: '' };

/** What the weather forbids: in a typhoon nobody is sent out on an e-bike. */
export function WeatherForm({ district }: { district: DistrictInfo }) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const client = useQueryClient();
  const tellFailure = useTellFailure();
  const { weather } = district;
  const [draft, setDraft] = useState<WeatherDraft>(weather ?? NOTHING);
  const [faults, setFaults] = useState<Fault[]>([]);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<WeatherDraft>): void => setDraft({ ...draft, ...part });

  async function set(wanted: WeatherDraft): Promise<void> {
    const fault = weatherFault(wanted, clock.now());
    setFaults(fault === null ? [] : [{ field: 'until', code: fault, detail: '' }]);
    if (fault !== null) return;
    setBusy(true);
    try {
      const { stops, until, note } = wanted;
      const body = { stops, until: until === '' ? null : until, note: note.trim() };
      await api.put(`/v1/districts/${encodeURIComponent(district.id)}/weather`, body);
      notify('good', t(stops.length === 0 ? 'registry.weatherCleared' : 'registry.weatherDone'));
      if (stops.length === 0) setDraft(NOTHING);
      void client.invalidateQueries({ queryKey: districtKey(district.id) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void set(draft);
  }

  return (
    <Faults value={faults}>
      <form className="weather-form" noValidate aria-label={t('registry.weather')} onSubmit={submit}>
        <h4>{t('registry.weather')}</h4>
        <p className={weather === null ? 'muted' : 'doubt'}>
          {weather === null
            ? t('registry.weatherNone')
            : t('registry.weatherNow', {
                ways: weather.stops.map((way) => word('travel', way)).join(t('registry.and')),
                until: dayAndTime(weather.until),
                note: weather.note,
              })}
        </p>
        <p className="muted small-print">{t('registry.weatherHint')}</p>
        <div className="checks" role="group" aria-label={t('registry.stops')}>
          <strong>{t('registry.stops')}</strong>
          {STOPPABLE.map((way) => (
            <Check
              key={way}
              label={word('travel', way)}
              checked={draft.stops.includes(way)}
              onChange={(is) => change({ stops: [...draft.stops.filter((one) => one !== way), ...(is ? [way] : [])] })}
            />
          ))}
        </div>
        <div className="registry-grid">
          <MomentField label={t('registry.until')} field="until" zone={district.time_zone} value={draft.until} onChange={(until) => change({ until })} />
          <TextField wide label={t('registry.weatherNote')} field="note" value={draft.note} onChange={(note) => change({ note })} />
        </div>
        <p className="item-buttons">
          <button type="submit" className="button primary" disabled={busy || draft.stops.length === 0}>
            {t('registry.weatherSet')}
          </button>
          {weather !== null && (
            <button type="button" className="button" disabled={busy} onClick={() => void set(NOTHING)}>
              {t('registry.weatherClear')}
            </button>
          )}
        </p>
      </form>
    </Faults>
  );
}
