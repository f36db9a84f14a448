import { useQuery } from '@tanstack/react-query';
import { type ChangeEvent, useState } from 'react';

import type { Photo } from '../../generated/Photo';
import type { Ticket } from '../../generated/Ticket';
import { ApiError } from '../../shared/api';
import { smaller } from '../../shared/picture';
import { uuid } from '../../shared/uuid';
import { useSpeech } from '../i18n';
import { api } from '../services';
import { notify } from '../state/desk';
import { takeTicket } from '../state/feed-store';
import { useTellFailure } from '../state/use-send';
import { useTimes } from '../state/use-district';
import { useObjectUrl } from '../ui/use-object-url';

/** Photos of the door and the place. Each look is on record, so they are shown when somebody asks. */
export function PhotosCard({ ticket }: { ticket: Ticket }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <section className="photos" aria-labelledby="photos-heading">
      <h3 id="photos-heading">{t('photos.heading')}</h3>
      {ticket.photos.length === 0 && <p className="muted">{t('photos.none')}</p>}
      {ticket.photos.length > 0 && !open && (
        <button type="button" className="button small" onClick={() => setOpen(true)}>
          {t('photos.show', { number: ticket.photos.length })}
        </button>
      )}
      {open && (
        <ul>
          {ticket.photos.map((photo) => (
            <Thumbnail key={photo.id} photo={photo} />
          ))}
        </ul>
      )}
      <AddPhoto ticket={ticket} />
    </section>
  );
}

function Thumbnail({ photo }: { photo: Photo }) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const file = useQuery({
    queryKey: ['photo', photo.id],
    queryFn: ({ signal }) => api.blob(`/v1/photos/${photo.id}`, signal),
    staleTime: Infinity, // a photo never changes
    retry: false, // each try is on record
  });
  const url = useObjectUrl(file.data);
  const words = `${word('photoOf', photo.what)} ${timeOfDay(photo.at)}`;
  return (
    <li>
      {file.isError && <span className="doubt">{t('photos.failed', { why: file.error.message })}</span>}
      {url !== null && (
        <a href={url} target="_blank" rel="noreferrer">
          <img src={url} alt={words} />
        </a>
      )}
      <span className="muted">{words}</span>
    </li>
  );
}

function AddPhoto({ ticket }: { ticket: Ticket }) {
  const { t, word } = useSpeech();
  const [what, setWhat] = useState('other');
  const [busy, setBusy] = useState(false);
  const tellFailure = useTellFailure();

  async function add(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const input = event.target;
    const [chosen] = input.files ?? [];
    if (chosen === undefined) return;
    setBusy(true);
    try {
      const path = `/v1/tickets/${ticket.id}/photos?what=${what}`;
      takeTicket(await api.postBytes<Ticket>(path, await smaller(chosen), uuid()));
      notify('good', t('act.done', { what: t('photos.add') }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    } finally {
      input.value = '';
      setBusy(false);
    }
  }

  return (
    <p className="key-buttons">
      <label>
        <span className="muted">{t('photos.what')}</span>{' '}
        <select value={what} onChange={(event) => setWhat(event.target.value)}>
          {['before', 'after', 'other'].map((code) => (
            <option key={code} value={code}>
              {word('photoOf', code)}
            </option>
          ))}
        </select>
      </label>
      <label className="button small file-button">
        {busy ? t('act.working') : t('photos.add')}
        <input type="file" accept="image/jpeg,image/png,image/webp" disabled={busy} onChange={(event) => void add(event)} />
      </label>
    </p>
  );
}
