import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, useState } from 'react';

import { ApiError } from '../../shared/api';
import { FACE_LONGEST, smaller } from '../../shared/picture';
import { useSpeech } from '../i18n';
import { api } from '../services';
import { notify } from '../state/desk';
import { seniorKey } from '../state/keys';
import { useTellFailure } from '../state/use-send';
import { useObjectUrl } from '../ui/use-object-url';
import { faceQuery } from './face-query';

interface FaceProps {
  senior: string;
  name: string;
  /** When the picture came; null: there is none. */
  at: string | null;
  /** The ticket in whose file it is looked at: each look is on record. */
  ticket?: string;
}

/** The face of whoever calls, so that the right person is found; without a picture, the place where it would be. */
export function Face({ senior, name, at, ticket }: FaceProps) {
  const { t } = useSpeech();
  const { path, ...how } = faceQuery({ senior, at, ticket });
  const file = useQuery({
    ...how,
    queryFn: ({ signal }) => api.blob(path, signal),
    enabled: at !== null,
    staleTime: Infinity, // another picture has another time
  });
  const url = useObjectUrl(file.data);
  return url === null ? (
    <span className="face none" role="img" aria-label={t('face.none')} title={t(file.isError ? 'face.failed' : 'face.none')} />
  ) : (
    <img className="face" src={url} alt={t('face.of', { name })} />
  );
}

/** Puts in a picture of the face, or another one. */
export function SetFace({ senior, at }: { senior: string; at: string | null }) {
  const { t } = useSpeech();
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const tellFailure = useTellFailure();

  async function send(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const input = event.target;
    const [chosen] = input.files ?? [];
    if (chosen === undefined) return;
    setBusy(true);
    try {
      await api.putBytes(`/v1/seniors/${senior}/face`, await smaller(chosen, FACE_LONGEST));
      notify('good', t('act.done', { what: t('face.set') }));
      void client.invalidateQueries({ queryKey: seniorKey(senior) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    } finally {
      input.value = '';
      setBusy(false);
    }
  }

  return (
    <label className="button small file-button">
      {busy ? t('act.working') : t(at === null ? 'face.set' : 'face.change')}
      <input type="file" accept="image/jpeg,image/png,image/webp" disabled={busy} onChange={(event) => void send(event)} />
    </label>
  );
}
