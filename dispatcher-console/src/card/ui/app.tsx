import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { type Api, ApiError } from '../../shared/api';
import { ago, timeOfDay } from '../../shared/format';
import { type Lang, tagOf } from '../../shared/lang';
import { type Ask, type Failure, failureOf, isPassing } from '../model/ask';
import type { Card } from '../model/card';
import { oldSince } from '../model/view';
import { type Translate, translator } from '../words/words';
import { CardSheet } from './card-sheet';

/** Ages on the card are told in minutes; more often is not needed. */
const TICK_MS = 10_000;

interface AppProps {
  api: Api;
  ask: Ask;
  first: Lang;
  /** The server's time. */
  now: () => number;
}

/** Reads the card and shows it, or says in words why there is none and whom to ask. */
export function App({ api, ask, first, now }: AppProps): JSX.Element {
  const [lang, setLang] = useState(first);
  const [card, setCard] = useState<Card | null>(null);
  const [failure, setFailure] = useState<Failure | null>(ask.by === 'nobody' ? 'nobody' : null);
  const [busy, setBusy] = useState(ask.by !== 'nobody');
  const [at, setAt] = useState(now());
  const t = translator(lang);

  const read = useCallback(async (): Promise<void> => {
    if (ask.by === 'nobody') return;
    setBusy(true);
    try {
      setCard(await readCard(api, ask));
      setFailure(null);
    } catch (error) {
      setFailure(failureOf(ask.by, error instanceof ApiError ? error.status : 0));
    }
    setBusy(false);
    setAt(now());
  }, [api, ask, now]);

  // Once: every reading stands in the ticket's history.
  const asked = useRef(false);
  useEffect(() => {
    if (!asked.current) void read();
    asked.current = true;
    const timer = setInterval(() => setAt(now()), TICK_MS);
    return () => clearInterval(timer);
  }, [read, now]);

  useEffect(() => {
    document.documentElement.lang = tagOf(lang);
    document.title = t('page.title');
  }, [lang]);

  // What was taken back is not left on the screen by asking once more.
  const isGone = failure !== null && !isPassing(failure);
  const shown = isGone ? null : card;
  return (
    <>
      <Bar t={t} lang={lang} canPrint={shown !== null} onLang={() => setLang(lang === 'zh' ? 'en' : 'zh')} />
      {shown !== null && (
        <Currency card={shown} failure={failure} at={at} busy={busy} t={t} lang={lang} onAgain={() => void read()} />
      )}
      <main>
        {shown !== null ? (
          <CardSheet card={shown} t={t} lang={lang} now={at} />
        ) : failure !== null ? (
          <Failed failure={failure} busy={busy} t={t} onAgain={() => void read()} />
        ) : (
          <p class="middle" role="status">
            {t('page.loading')}
          </p>
        )}
      </main>
    </>
  );
}

function readCard(api: Api, ask: Exclude<Ask, { by: 'nobody' }>): Promise<Card> {
  return ask.by === 'link'
    ? api.post<Card>('/v1/cards/read', { token: ask.token }, { idempotencyKey: null })
    : api.get<Card>(`/v1/tickets/${encodeURIComponent(ask.id)}/card`);
}

function Bar({ t, lang, canPrint, onLang }: { t: Translate; lang: Lang; canPrint: boolean; onLang: () => void }): JSX.Element {
  return (
    <header class="bar no-print">
      <strong>{t('page.title')}</strong>
      <button type="button" class="plain" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={onLang}>
        {t('page.other_language')}
      </button>
      {canPrint && (
        <button type="button" class="button" onClick={() => print()}>
          {t('page.print')}
        </button>
      )}
    </header>
  );
}

interface CurrencyProps {
  card: Card;
  failure: Failure | null;
  at: number;
  busy: boolean;
  t: Translate;
  lang: Lang;
  onAgain: () => void;
}

/** How old what is shown is, while it is shown on a screen: paper cannot be renewed. */
function Currency({ card, failure, at, busy, t, lang, onAgain }: CurrencyProps): JSX.Element {
  const old_ms = oldSince(card, at);
  const age = ago(at - Date.parse(card.at), lang);
  return (
    <section class={`currency no-print${old_ms === null && failure === null ? '' : ' old'}`} aria-label={t('page.again')}>
      <p role="status">
        {failure !== null
          ? t('page.not_renewed', { why: t(`fail.${failure}`), age })
          : old_ms !== null
            ? t('page.old', { age })
            : t('page.as_of', { time: timeOfDay(card.at, lang) })}
      </p>
      <button type="button" class="button" disabled={busy} onClick={onAgain}>
        {t('page.again')}
      </button>
    </section>
  );
}

function Failed({ failure, busy, t, onAgain }: { failure: Failure; busy: boolean; t: Translate; onAgain: () => void }): JSX.Element {
  return (
    <section class="failed" data-failure={failure}>
      <h1>{t('fail.title')}</h1>
      <p role="alert">{t(`fail.${failure}`)}</p>
      <p>{t(`fail.${failure}_help`)}</p>
      {isPassing(failure) && (
        <button type="button" class="button" disabled={busy} onClick={onAgain}>
          {t('fail.again')}
        </button>
      )}
      {failure === 'logIn' && (
        <a class="button" href="/">
          {t('fail.to_console')}
        </a>
      )}
    </section>
  );
}
