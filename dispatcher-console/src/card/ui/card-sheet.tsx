import type { JSX } from 'preact';

import { dayAndTime } from '../../shared/format';
import type { Lang } from '../../shared/lang';
import type { Card } from '../model/card';
import { hasExpired, type Line, type Section, viewOf } from '../model/view';
import type { Translate } from '../words/words';

interface CardSheetProps {
  card: Card;
  t: Translate;
  lang: Lang;
  now: number;
}

/** The card as it is read on a phone and printed on one page. */
export function CardSheet({ card, t, lang, now }: CardSheetProps): JSX.Element {
  const view = viewOf(card, t, lang, now);
  return (
    <article class="sheet" aria-label={t('page.heading')}>
      <header class="who">
        <p class="kicker">
          <strong>{t('page.heading')}</strong>
          <span>{t('page.number', { n: card.number })}</span>
        </p>
        <h1>{view.name}</h1>
        {view.about.length > 0 && <p class="about">{view.about.join(' · ')}</p>}
        {view.phone !== null && (
          <p>
            {t('who.phone')} <Telephone number={view.phone} />
          </p>
        )}
        {view.warnings.map((words) => (
          <p key={words} class="warning">
            {words}
          </p>
        ))}
      </header>
      <div class="sections">
        {view.sections.map((section) => (
          <Part key={section.name} section={section} />
        ))}
      </div>
      <Foot card={card} t={t} lang={lang} now={now} />
    </article>
  );
}

function Part({ section: { name, heading, lines } }: { section: Section }): JSX.Element {
  return (
    <section class={`part part-${name}`}>
      <h2>{heading}</h2>
      <div>
        {lines.map((line, index) => (
          <LineText key={index} line={line} />
        ))}
      </div>
    </section>
  );
}

function LineText({ line: { label, text, phone, minor = false } }: { line: Line }): JSX.Element {
  return (
    <p class={minor ? 'minor' : ''}>
      {label !== null && <span class="label">{label} </span>}
      <span class="text">{text}</span>
      {phone !== null && (
        <>
          {' '}
          <Telephone number={phone} />
        </>
      )}
    </p>
  );
}

function Telephone({ number }: { number: string }): JSX.Element {
  return (
    <a class="telephone" href={`tel:${number.replace(/[^\d+*#]/g, '')}`}>
      {number}
    </a>
  );
}

/** Whose card this is, as of when, and how long it can be read. */
function Foot({ card, t, lang, now }: CardSheetProps): JSX.Element {
  const until = card.expires_at;
  return (
    <footer class="foot">
      {card.service.trim() !== '' && <p>{t('page.service', { service: card.service })}</p>}
      <p>
        <strong>{t('page.as_of', { time: dayAndTime(card.at, lang) })}</strong>
      </p>
      <p>
        {until === null
          ? t('page.by_operator')
          : hasExpired(card, now)
            ? t('page.expired_now')
            : t('page.good_until', { time: dayAndTime(until, lang) })}
      </p>
      <p>{t('page.secret')}</p>
    </footer>
  );
}
