import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';

import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';
import { differing, type Fault, faultsOf, merged, refusalOf } from '../model/registry';
import { useDistrictQuery } from '../roster/use-roster';
import { api } from '../services';
import { notify } from '../state/desk';
import { noteUnsaved } from '../state/registry';
import { useSend } from '../state/use-send';
import { renewRegistry } from './use-registry';

/** What every file of the registry says. */
interface AnyFile {
  id: string;
  name: string;
  changed_at: string | null;
}

/** A kind of file: how it stands in a form, and how it is sent. */
export interface FileKind<D extends object, F extends AnyFile> {
  part: 'seniors' | 'responders';
  empty: D;
  draftOf: (file: F) => D;
  bodyOf: (draft: D, changed_at: string | null, district?: string) => object;
  faultsOf: (draft: D) => Fault[];
}

/** Somebody else's file where one's own was to be saved. */
export interface Clash<D> {
  theirs: D;
  changed_at: string | null;
}

export interface Edited<D> {
  draft: D;
  /** The file as it was when writing began, or was saved. */
  base: D;
  /** When that was changed. */
  changed_at: string | null;
  change: (part: Partial<D>) => void;
  faults: Fault[];
  /** Why it was not saved, where no field is to blame. */
  why: string;
  clash: Clash<D> | null;
  dirty: boolean;
  busy: boolean;
  submit: (event: FormEvent) => void;
  /** Goes on with mine, but for these fields, which are as in theirs. */
  settle: (fields: ReadonlySet<string>) => void;
  form: React.RefObject<HTMLFormElement | null>;
}

/** Returns a file in the hands of somebody who writes: whatever comes back, what was typed stays. */
export function useEdited<D extends object, F extends AnyFile>(kind: FileKind<D, F>, file: F | null, onSaved: (file: F) => void): Edited<D> & { compare: (file: F) => void } {
  const { t } = useSpeech();
  const client = useQueryClient();
  const { district } = useDistrictQuery();
  const { send } = useSend();
  const [base, setBase] = useState(() => ({ draft: file === null ? kind.empty : kind.draftOf(file), changed_at: file?.changed_at ?? null }));
  const [draft, setDraft] = useState(base.draft);
  const [faults, setFaults] = useState<Fault[]>([]);
  const [why, setWhy] = useState('');
  const [clash, setClash] = useState<Clash<D> | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const dirty = differing(base.draft, draft).length > 0;

  useEffect(() => noteUnsaved(kind.part, dirty), [kind.part, dirty]);
  useEffect(() => () => noteUnsaved(kind.part, false), [kind.part]);
  useEffect(() => {
    if (faults.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults]);

  async function save(): Promise<F | ApiError | null> {
    const body = kind.bodyOf(draft, base.changed_at, file === null ? district : undefined);
    if (file === null) {
      const sent = await send<F>(`/v1/${kind.part}`, body);
      return sent === null ? null : sent.done ? sent.answer : sent.error;
    }
    try {
      return await api.put<F>(`/v1/${kind.part}/${encodeURIComponent(file.id)}`, body);
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setWhy('');
    const wrong = kind.faultsOf(draft);
    setFaults(wrong);
    if (wrong.length > 0) return;
    setBusy(true);
    try {
      const came = await save();
      if (came instanceof ApiError) refused(came);
      else if (came !== null) saved(came);
    } finally {
      setBusy(false);
    }
  }

  function saved(now: F): void {
    const written = kind.draftOf(now);
    setBase({ draft: written, changed_at: now.changed_at });
    setDraft(written);
    setClash(null);
    renewRegistry(client);
    notify('good', t('registry.saved', { name: now.name }));
    onSaved(now);
  }

  function refused(error: ApiError): void {
    if (error.status === 401) return; // the log-in is on the screen
    if (error.status === 422) return setFaults(faultsOf(error));
    if (error.status === 409 && isFile<F>(error.current)) {
      if (error.current.changed_at !== base.changed_at) return compare(error.current);
      const refusal = refusalOf(error);
      if (refusal !== null) return setWhy(t(`registry.${refusal}`));
    }
    if (error.storeAway) return setWhy(t('act.storeAway'));
    if (error.unreachable || error.status >= 500) return setWhy(t('registry.unreachable'));
    setWhy(error.status === 403 ? t('act.forbidden') : t('registry.notSavedAll', { why: error.message }));
  }

  function compare(current: F): void {
    const theirs = kind.draftOf(current);
    if (differing(draft, theirs).length > 0) return setClash({ theirs, changed_at: current.changed_at });
    // An answer that was lost on the way, or the same change by two people: it is as wanted.
    saved(current);
  }

  function settle(fields: ReadonlySet<string>): void {
    if (clash === null) return;
    setDraft(merged(draft, clash.theirs, fields));
    setBase({ draft: clash.theirs, changed_at: clash.changed_at });
    setClash(null);
  }

  return {
    draft,
    base: base.draft,
    changed_at: base.changed_at,
    change: (part) => setDraft((now) => ({ ...now, ...part })),
    faults,
    why,
    clash,
    dirty,
    busy,
    submit: (event) => void submit(event),
    settle,
    compare,
    form,
  };
}

function isFile<F extends AnyFile>(value: unknown): value is F {
  return typeof value === 'object' && value !== null && 'id' in value && 'changed_at' in value && 'name' in value;
}
