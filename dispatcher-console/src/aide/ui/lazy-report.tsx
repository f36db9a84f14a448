import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import { hasArrived } from '../model/offer';
import type { Waiting } from '../model/outbox';

type Card = typeof import('./report-card').ReportCard;

/** The form about the senior. Nobody needs it before the door, so it comes after the page; it is kept with it on the phone. */
export function LazyReport({ file, waiting }: { file: OfferFile; waiting: readonly Waiting[] }): JSX.Element | null {
  const [Loaded, setLoaded] = useState<Card | null>(null);
  const isThere = hasArrived(file.offer);
  useEffect(() => {
    if (!isThere) return undefined;
    let gone = false;
    // Without it there is the telephone; the next opening of the page tries again.
    import('./report-card').then(({ ReportCard }) => !gone && setLoaded(() => ReportCard)).catch(() => undefined);
    return () => void (gone = true);
  }, [isThere]);
  return Loaded === null || !isThere ? null : <Loaded file={file} waiting={waiting} />;
}
