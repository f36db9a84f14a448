import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { Key } from '../../generated/Key';
import type { OfferFile } from '../../generated/OfferFile';
import { keyFor } from '../words/words';
import { usePage } from './context';
import { BigButton } from './parts';

/** A code stands on the glass so long; whoever needs it longer shows it again. */
const SHOWN_MS = 60_000;

/** How to get in: where the keys are, and the door code for who is on the way. */
export function DoorKeys({ file }: { file: OfferFile }): JSX.Element | null {
  const { t } = usePage();
  if (file.keys.length === 0) return null;
  return (
    <section class="block block-access">
      <h2>{t('keys.title')}</h2>
      {file.keys.map((key) => (
        <div key={key.id}>
          <p class="large">
            <small>{t(keyFor('keys', key.kind, 'keys.key'))}</small> {key.place}
          </p>
          {key.note !== '' && <p>{key.note}</p>}
          {key.out !== null && <p>{t('keys.out', { name: key.out.name ?? '?' })}</p>}
          {key.kind === 'code' && <Code entry={key} ticket={file.ticket.id} />}
        </div>
      ))}
    </section>
  );
}

function Code({ entry, ticket }: { entry: Key; ticket: string }): JSX.Element {
  const { aide, t } = usePage();
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const [failed, setFailed] = useState<number | null>(null);

  useEffect(() => {
    if (code === null) return undefined;
    const timer = setTimeout(() => setCode(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [code]);

  async function show(): Promise<void> {
    setBusy(true);
    setFailed(null);
    const read = await aide.readCode(entry.id, ticket);
    if ('code' in read) setCode(read.code);
    else setFailed(read.status);
    setBusy(false);
  }

  if (code !== null) {
    return (
      <p class="door-code" role="status">
        {code}
      </p>
    );
  }
  return (
    <>
      {failed !== null && (
        <p class="tag tag-bad" role="alert">
          {failed === 0 ? t('keys.unreachable') : t('keys.refused', { status: failed })}
        </p>
      )}
      <BigButton look="calm" disabled={busy} onTap={() => void show()}>
        {busy ? t('duty.busy') : t('keys.show')}
        <small>{t('keys.logged')}</small>
      </BigButton>
    </>
  );
}
