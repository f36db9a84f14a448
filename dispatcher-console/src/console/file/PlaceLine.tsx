import type { Ticket } from '../../generated/Ticket';
import { ago, distance } from '../../shared/format';
import { useSpeech } from '../i18n';
import { placeOf } from '../model/place';
import { useNow } from '../state/now';

/** Where the senior is thought to be, never without source, age and radius. */
export function PlaceLine({ placed }: { placed: Pick<Ticket, 'position'> }) {
  const { t, lang, word } = useSpeech();
  const place = placeOf(placed, useNow());
  if (place === null) return <span className="doubt">{t('file.noPosition')}</span>;
  const parts = [word('source', place.source)];
  if (place.source !== 'home' && place.source !== 'pin') parts.push(ago(place.age_ms, lang));
  if (place.accuracy_m !== null) parts.push(t('file.accuracy', { radius: distance(place.accuracy_m, lang) }));
  return <span className={place.doubtful ? 'doubt' : undefined}>{parts.join(' · ')}</span>;
}
