import { type FormEvent, useState } from 'react';

import type { Senior } from '../../generated/Senior';
import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { CATEGORIES } from '../model/registry-senior';
import { spokenNumber } from '../model/telephone';
import { useWhyFailed } from '../state/why-failed';
import { type SeniorFilter, useFoundSeniors, useSeniors } from './use-registry';

/** A search returns at most so many. */
const FOUND_MOST = 50;

interface SeniorListProps {
  onOpen: (id: string) => void;
  onNew: () => void;
}

/** Finds a senior by whatever is known, or goes through the list. */
export function SeniorList({ onOpen, onNew }: SeniorListProps) {
  const { t } = useSpeech();
  const whyFailed = useWhyFailed();
  const [q, setQ] = useState('');
  const [asked, setAsked] = useState('');
  const [filter, setFilter] = useState<SeniorFilter>({ village: '', category: '', sort: '' });
  const found = useFoundSeniors(asked);
  const listed = useSeniors(filter, asked === '');
  const shown = asked === '' ? listed : found;
  const seniors = shown.data ?? [];

  function find(event: FormEvent): void {
    event.preventDefault();
    setAsked(q.trim());
  }

  return (
    <>
      <form className="registry-search" role="search" onSubmit={find}>
        <label className="grow">
          <span>{t('registry.find')}</span>
          <input type="search" value={q} onChange={(event) => setQ(event.target.value)} />
        </label>
        <button type="submit" className="button primary">
          {t('registry.findButton')}
        </button>
        {asked !== '' && (
          <button
            type="button"
            className="button"
            onClick={() => {
              setQ('');
              setAsked('');
            }}
          >
            {t('registry.all')}
          </button>
        )}
        <button type="button" className="button" onClick={onNew}>
          + {t('registry.newSenior')}
        </button>
      </form>
      {asked === '' && <Filters filter={filter} onChange={setFilter} villages={villagesOf(seniors)} />}
      {shown.isError && <LoadFailed why={whyFailed(shown.error)} retry={() => void shown.refetch()} />}
      <p className="muted" aria-live="polite">
        {shown.isLoading && t('app.loading')}
        {shown.isSuccess && seniors.length === 0 && t(asked === '' ? 'registry.noneHere' : 'registry.noneFound')}
        {asked !== '' &&
          seniors.length > 0 &&
          t(seniors.length >= FOUND_MOST ? 'registry.foundMost' : 'registry.foundNumber', { number: seniors.length })}
      </p>
      {seniors.length > 0 && <SeniorTable seniors={seniors} onOpen={onOpen} />}
      {asked === '' && listed.hasNextPage && (
        <button type="button" className="button" disabled={listed.isFetchingNextPage} onClick={() => void listed.fetchNextPage()}>
          {t('registry.more')}
        </button>
      )}
    </>
  );
}

function villagesOf(seniors: readonly Senior[]): string[] {
  return [...new Set(seniors.map(({ village }) => village))].sort((a, b) => a.localeCompare(b, 'zh'));
}

interface FiltersProps {
  filter: SeniorFilter;
  onChange: (filter: SeniorFilter) => void;
  villages: readonly string[];
}

function Filters({ filter, onChange, villages }: FiltersProps) {
  const { t, word } = useSpeech();
  const [village, setVillage] = useState(filter.village);
  return (
    <div className="registry-filters">
      <label>
        <span>{t('registry.village')}</span>
        <input
          list="registry-villages"
          placeholder={t('registry.anyVillage')}
          value={village}
          onChange={(event) => {
            setVillage(event.target.value);
            // Half a name is no village: a chosen one or an empty field counts at once.
            if (event.target.value === '' || villages.includes(event.target.value)) onChange({ ...filter, village: event.target.value });
          }}
          onBlur={() => onChange({ ...filter, village: village.trim() })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) onChange({ ...filter, village: village.trim() });
          }}
        />
        <datalist id="registry-villages">
          {villages.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </label>
      <label>
        <span>{t('registry.category')}</span>
        <select value={filter.category} onChange={(event) => onChange({ ...filter, category: event.target.value })}>
          <option value="">{t('registry.anyCategory')}</option>
          {CATEGORIES.map((code) => (
            <option key={code} value={code}>
              {word('category', code)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('registry.sort')}</span>
        <select value={filter.sort} onChange={(event) => onChange({ ...filter, sort: event.target.value })}>
          <option value="">{t('registry.byName')}</option>
          <option value="village">{t('registry.byVillage')}</option>
        </select>
      </label>
    </div>
  );
}

function SeniorTable({ seniors, onOpen }: { seniors: readonly Senior[]; onOpen: (id: string) => void }) {
  const { t, word } = useSpeech();
  return (
    <table className="registry-table" aria-label={t('registry.listOf')}>
      <thead>
        <tr>
          <th scope="col">{t('registry.name')}</th>
          <th scope="col">{t('registry.age')}</th>
          <th scope="col">{t('registry.phone')}</th>
          <th scope="col">{t('registry.village')}</th>
          <th scope="col">{t('registry.address')}</th>
          <th scope="col">{t('registry.category')}</th>
          <th scope="col">{t('registry.tierColumn')}</th>
        </tr>
      </thead>
      <tbody>
        {seniors.map((senior) => (
          <tr key={senior.id} data-senior={senior.id}>
            <th scope="row">
              <button type="button" className="link-button" aria-label={t('registry.editOf', { name: senior.name })} onClick={() => onOpen(senior.id)}>
                {senior.name}
              </button>
            </th>
            <td>{senior.age}</td>
            <td className="one-line">{spokenNumber(senior.phone)}</td>
            <td>{senior.village}</td>
            <td>
              {senior.address} {senior.residence === 'temporary' && <span className="badge flag">{t('registry.away')}</span>}
            </td>
            <td>{word('category', senior.category)}</td>
            <td>{senior.tier === null ? t('registry.unknown') : word('tier', senior.tier)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
