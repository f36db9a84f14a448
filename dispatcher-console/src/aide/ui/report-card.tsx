import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import type { Scene } from '../../generated/Scene';
import { listed, timeOfDay } from '../../shared/format';
import type { Waiting } from '../model/outbox';
import { BLANK, BREATHING, CONSCIOUS, type Draft, draftOf, FELL, isGrave, MAX_NOTE, MEASURES, OUTCOMES, PAIN, reportOf } from '../model/scene';
import { isKey, type WordKey } from '../words/words';
import { Chips } from './chips';
import { usePage } from './context';
import { BigButton } from './parts';

/** What is filled in, by offer: a screen that comes in between takes none of it. Never on the phone's disk. */
const drafts = new Map<string, Draft>();

/** How the senior is, in a dozen taps: for whoever comes next, and for 120. */
export function ReportCard({ file, waiting }: { file: OfferFile; waiting: readonly Waiting[] }): JSX.Element {
  const { aide, t } = usePage();
  const { offer, ticket } = file;
  const [draft, setShown] = useState<Draft | null>(drafts.get(offer.id) ?? null);
  // A file that was kept by an older page does not tell it.
  const scene = ticket.scene ?? null;
  const waits = waiting.some((entry) => entry.offer === offer.id && entry.step === 'report');
  const setDraft = (next: Draft | null): void => {
    drafts.clear();
    if (next !== null) drafts.set(offer.id, next);
    setShown(next);
  };
  const send = (filled: Draft): void => {
    const report = reportOf(filled, aide.now());
    if (report === null) return;
    aide.take(offer.id, 'report', { content: report });
    setDraft(null);
  };
  return (
    <section class="card report" aria-label={t('report.title')}>
      <h2>{t('report.title')}</h2>
      <p role="status" data-report={waits ? 'waits' : scene === null ? 'none' : 'known'}>
        {waits ? t('report.waits') : scene === null ? t('report.none') : <Known scene={scene} />}
      </p>
      {draft === null ? (
        <BigButton look="calm" onTap={() => setDraft(scene === null ? BLANK : draftOf(scene))}>
          {t(scene === null ? 'report.begin' : 'report.again')}
        </BigButton>
      ) : (
        <Form draft={draft} onChange={setDraft} onSend={() => send(draft)} onLeave={() => setDraft(null)} />
      )}
    </section>
  );
}

interface FormProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSend: () => void;
  onLeave: () => void;
}

function Form({ draft, onChange, onSend, onLeave }: FormProps): JSX.Element {
  const { t } = usePage();
  const isComplete = reportOf(draft, 0) !== null;
  /** One of several; a second tap takes it back. */
  const one = <K extends 'conscious' | 'breathing' | 'fell' | 'pain' | 'outcome'>(
    name: K,
    all: readonly NonNullable<Draft[K]>[],
  ): JSX.Element => (
    <Chips
      label={t(`report.${name}`)}
      all={all}
      chosen={draft[name] === null ? [] : [draft[name]]}
      words={(word) => t(`report.${name}.${word}` as WordKey)}
      onTap={(word) => onChange({ ...draft, [name]: draft[name] === word ? null : word })}
    />
  );
  const toggled = (measure: Draft['measures'][number]): Draft['measures'] =>
    draft.measures.includes(measure) ? draft.measures.filter((known) => known !== measure) : [...draft.measures, measure];
  return (
    <>
      {one('conscious', CONSCIOUS)}
      {one('breathing', BREATHING)}
      {isGrave(draft) && (
        <p class="card card-bad" role="alert">
          {t(draft.breathing === 'absent' && draft.conscious !== 'clear' ? 'report.press' : 'report.grave')}
        </p>
      )}
      {one('fell', FELL)}
      {one('pain', PAIN)}
      <Chips
        label={t('report.measures')}
        all={MEASURES}
        chosen={draft.measures}
        words={(word) => t(`report.measures.${word}`)}
        onTap={(word) => onChange({ ...draft, measures: toggled(word) })}
      />
      {one('outcome', OUTCOMES)}
      <label class="field">
        {t('report.note')}
        <textarea rows={3} maxLength={MAX_NOTE} value={draft.note} onInput={(event) => onChange({ ...draft, note: event.currentTarget.value })} />
      </label>
      {!isComplete && <p class="muted">{t('report.missing')}</p>}
      <BigButton look="go" disabled={!isComplete} onTap={onSend}>
        {t('report.send')}
      </BigButton>
      <BigButton look="quiet" onTap={onLeave}>
        {t('decline.back')}
      </BigButton>
    </>
  );
}

/** What the centre knows, in one line. */
function Known({ scene }: { scene: Scene }): JSX.Element {
  const { t, lang } = usePage();
  /** A word that this page has not learnt is left out, never taken for a good one. */
  const spoken = (group: 'conscious' | 'breathing' | 'outcome', code: string | null): string[] => {
    const key = `report.${group}.${code}`;
    return isKey(key) ? [t(key)] : [];
  };
  const said = [...spoken('conscious', scene.conscious), ...spoken('breathing', scene.breathing), ...spoken('outcome', scene.outcome)];
  return (
    <>
      <strong>{t('report.known', { time: timeOfDay(scene.at, lang) })}</strong> {listed(said, lang)}
    </>
  );
}
