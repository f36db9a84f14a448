import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import type { DistrictInfo } from '../../generated/DistrictInfo';
import type { DistrictRow } from '../../generated/DistrictRow';
import { ApiError } from '../../shared/api';
import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { type Fault, faultsOf } from '../model/registry';
import { api } from '../services';
import { notify } from '../state/desk';
import { districtKey } from '../state/keys';
import { useSession } from '../state/session';
import { useTellFailure } from '../state/use-send';
import { useWhyFailed } from '../state/why-failed';
import { Faults } from './faults';
import { TextField } from './fields';
import { renewRegistry, useDistricts } from './use-registry';
import { WeatherForm } from './WeatherForm';

/** Districts: what they are called, how many each has, and what the weather forbids there. */
export function DistrictsTab() {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const districts = useDistricts();
  return (
    <div className="registry-scroll">
      {districts.isError && <LoadFailed why={whyFailed(districts.error)} retry={() => void districts.refetch()} />}
      {districts.isLoading && <p className="muted">{t('app.loading')}</p>}
      {districts.data?.map((district) => <District key={district.id} district={district} />)}
    </div>
  );
}

function District({ district }: { district: DistrictRow }) {
  const { t } = useSpeech();
  const isAdmin = useSession((session) => session.user?.role === 'admin');
  const info = useQuery({
    queryKey: districtKey(district.id),
    queryFn: ({ signal }) => api.get<DistrictInfo>(`/v1/districts/${encodeURIComponent(district.id)}`, signal),
  });
  const { seniors, aides, rescuers, devices } = district;
  return (
    <section className="registry-section" aria-label={district.name}>
      <h3>{district.name}</h3>
      <p>{t('registry.counts', { seniors, aides, rescuers, devices })}</p>
      <p className="muted">
        {t('registry.timeZone')} {district.time_zone}
      </p>
      {isAdmin && <DistrictForm key={`${district.name} ${district.time_zone}`} district={district} />}
      {info.data !== undefined && <WeatherForm district={info.data} />}
    </section>
  );
}

function DistrictForm({ district }: { district: DistrictRow }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const tellFailure = useTellFailure();
  const [draft, setDraft] = useState({ name: district.name, time_zone: district.time_zone });
  const [faults, setFaults] = useState<Fault[]>([]);
  const [busy, setBusy] = useState(false);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFaults([]);
    try {
      const now = await api.put<DistrictRow>(`/v1/districts/${encodeURIComponent(district.id)}`, draft);
      notify('good', t('registry.saved', { name: now.name }));
      renewRegistry(client);
      void client.invalidateQueries({ queryKey: districtKey(district.id) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 422) setFaults(faultsOf(error));
      else tellFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Faults value={faults}>
      <form className="registry-grid" noValidate aria-label={district.name} onSubmit={(event) => void save(event)}>
        <TextField label={t('registry.districtName')} field="name" value={draft.name} onChange={(name) => setDraft({ ...draft, name })} />
        <TextField
          label={t('registry.timeZone')}
          field="time_zone"
          hint={t('registry.timeZoneHint')}
          value={draft.time_zone}
          onChange={(time_zone) => setDraft({ ...draft, time_zone })}
        />
        <p className="beside">
          <button type="submit" className="button primary" disabled={busy}>
            {t('registry.save')}
          </button>
        </p>
      </form>
    </Faults>
  );
}
