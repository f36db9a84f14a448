import type { JSX } from 'preact';

import { faultsOf, isComplete, type Part, PARTS, type SelfTestState } from '../model/self-test';
import type { WordKey } from '../words/words';
import { usePage } from './context';
import { BigButton, Heading } from './parts';

/** The self-test: what the phone tries by itself, and two questions to its owner. */
export function SelfTestScreen({ test }: { test: SelfTestState }): JSX.Element {
  const { aide, t } = usePage();
  const begun = test.running || isComplete(test);
  return (
    <main class="stack">
      <Heading>{t('selftest.title')}</Heading>
      {!begun && <p>{t('selftest.intro')}</p>}
      {begun && (
        <>
          <Question part="sound" test={test} />
          <Question part="vibration" test={test} />
          <Outcome test={test} />
          <ul class="tests" aria-label={t('selftest.title')}>
            {PARTS.map((part) => (
              <Line key={part} part={part} test={test} />
            ))}
          </ul>
        </>
      )}
      {!test.running && (
        <BigButton look={begun ? 'calm' : 'go'} onTap={() => void aide.selfTest.start()}>
          {t(begun ? 'selftest.again' : 'selftest.start')}
        </BigButton>
      )}
      <BigButton look="quiet" onTap={() => aide.open(null)}>
        {t('selftest.back')}
      </BigButton>
    </main>
  );
}

/** Only a person can say whether it was heard, or felt. */
function Question({ part, test }: { part: 'sound' | 'vibration'; test: SelfTestState }): JSX.Element | null {
  const { aide, t } = usePage();
  if (test.parts[part] !== undefined) return null;
  const word = part === 'sound' ? 'heard' : 'felt';
  return (
    <section class="card card-wait" role="group" aria-label={t(`selftest.${word}`)}>
      <p>
        <strong>{t(`selftest.${word}`)}</strong>
      </p>
      <div class="pair">
        <BigButton look="go" onTap={() => aide.selfTest.answer(part, true)}>
          {t(`selftest.${word}_yes`)}
        </BigButton>
        <BigButton look="stop" onTap={() => aide.selfTest.answer(part, false)}>
          {t(`selftest.${word}_no`)}
        </BigButton>
      </div>
      <BigButton look="quiet" onTap={() => aide.selfTest.again()}>
        {t('selftest.ring_again')}
      </BigButton>
    </section>
  );
}

function Outcome({ test }: { test: SelfTestState }): JSX.Element | null {
  const { aide, t } = usePage();
  if (!isComplete(test)) return null;
  const n = faultsOf(test.parts).length;
  const told: WordKey = test.told === 'yes' ? 'selftest.sent' : test.told === 'failed' ? 'selftest.unsent' : 'selftest.sending';
  return (
    <section class={`card card-${n === 0 && test.told !== 'failed' ? 'good' : 'wait'}`} data-told={test.told}>
      <p role="status">
        <strong>{n === 0 ? t('selftest.all_good') : t('selftest.some_bad', { n })}</strong>
        <span class="detail">{t(told)}</span>
      </p>
      {test.told === 'failed' && (
        <BigButton look="calm" onTap={() => void aide.selfTest.send()}>
          {t('selftest.send')}
        </BigButton>
      )}
    </section>
  );
}

function Line({ part, test }: { part: Part; test: SelfTestState }): JSX.Element {
  const { t } = usePage();
  const result = test.parts[part];
  const asked = part === 'sound' || part === 'vibration';
  return (
    <li class={result === undefined ? '' : result === 'works' ? 'test-works' : 'test-fault'} data-part={part} data-result={result ?? ''}>
      <span>{t(`selftest.${part}`)}</span>
      <strong>{result === undefined ? (asked ? '—' : t('selftest.testing')) : t(`selftest.${result}`)}</strong>
      {result !== undefined && result !== 'works' && <p>{t(`selftest.${part}_help`)}</p>}
    </li>
  );
}
