import type { OnShift } from '../../generated/OnShift';
import type { OutOfTouch } from '../../generated/OutOfTouch';
import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { useNow } from '../state/now';
import { Phone } from '../telephone/Phone';
import { useCover } from './use-roster';
import { useSpans } from './use-spans';

/** How it is now: how many are on duty, who did not come, and who does not answer. */
export function CoverLines({ zone }: { zone: string }) {
  const { t } = useSpeech();
  const { data } = useCover();
  if (data === undefined) return null;
  const { on_duty, asked, rostered } = data;
  const missing = data.people.filter((it) => it.missing);
  const low = on_duty.aides < asked.aides || on_duty.rescuers < asked.rescuers;
  return (
    <section aria-label={t('roster.now')} className="cover-now">
      <p className={low ? 'doubt' : undefined}>
        <strong>{t('roster.now')}</strong>{' '}
        {t('roster.aidesNow', { there: on_duty.aides, asked: asked.aides, rostered: rostered.aides })}{' '}
        {t('roster.rescuersNow', { there: on_duty.rescuers, asked: asked.rescuers, rostered: rostered.rescuers })}
      </p>
      {missing.length > 0 && <Missing people={missing} zone={zone} />}
      {data.out_of_touch.length > 0 && <Lost people={data.out_of_touch} />}
    </section>
  );
}

function Missing({ people, zone }: { people: OnShift[]; zone: string }) {
  const { t, word } = useSpeech();
  const { spanWords } = useSpans(zone);
  return (
    <>
      <h3 className="doubt">{t('roster.missing', { number: people.length })}</h3>
      <ul className="people-lines">
        {people.map((it) => (
          <li key={`${it.responder} ${it.from}`}>
            <strong>{it.name}</strong> <span className="muted">{word('role', it.role)}</span> {spanWords(it.from, it.to)}{' '}
            <Phone number={it.phone} name={it.name} senior={null} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Lost({ people }: { people: OutOfTouch[] }) {
  const { t, lang, word } = useSpeech();
  const now = useNow();
  return (
    <>
      <h3 className="doubt">{t('roster.lost', { number: people.length })}</h3>
      <ul className="people-lines">
        {people.map((it) => (
          <li key={it.responder}>
            <strong>{it.name}</strong> <span className="muted">{word('role', it.role)}</span>{' '}
            {t('roster.lostSince', { age: ago(now - Date.parse(it.since), lang) })}{' '}
            <Phone number={it.phone} name={it.name} senior={null} />
          </li>
        ))}
      </ul>
    </>
  );
}
