import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import { usePage } from '../ui/context';

type Card = typeof import('./way-card').WayCard;

/** The way on a small map. It comes after the page: what a weak signal has to carry first is the address. */
export function LazyWay({ file, now }: { file: OfferFile; now: number }): JSX.Element {
  const { t } = usePage();
  const [Loaded, setLoaded] = useState<Card | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    import('./way-card').then(
      ({ WayCard }) => !gone && setLoaded(() => WayCard),
      () => !gone && setFailed(true),
    );
    return () => void (gone = true);
  }, []);
  return (
    <section class="block way" aria-label={t('job.way')} data-way={Loaded === null ? 'none' : 'card'}>
      <h2>{t('job.way')}</h2>
      {Loaded === null ? <p>{failed ? t('job.way_none') : '…'}</p> : <Loaded file={file} now={now} />}
    </section>
  );
}
