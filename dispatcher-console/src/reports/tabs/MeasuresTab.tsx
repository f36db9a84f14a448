import { useState } from 'react';

import { percent } from '../../board/model/coverage';
import { verdictOf } from '../../board/model/report';
import { useSpeech } from '../../console/i18n';
import { duration } from '../../shared/format';
import type { MeasureDefinition, MeasureResult, SummaryReport } from '../model/answers';
import { COLUMNS, LEAST_SEEN } from '../model/columns';
import { differenceOf } from '../model/compare';
import { Answered } from '../parts/Answered';
import { type Behind, BehindSheet } from '../parts/BehindSheet';
import { FigureCell } from '../parts/FigureCell';
import { useFigures } from '../parts/figure';
import { SpanBar } from '../parts/SpanBar';
import { useAnswer, usePathBefore, usePathOf, useReportPath, useSpan } from '../state/answers';

/** Each measure by which the service is judged, against its target; and what else is counted. */
export function MeasuresTab() {
  const [behind, setBehind] = useState<Behind | null>(null);
  return (
    <>
      <SpanBar compares />
      <Measures onOpen={setBehind} />
      <Figures onOpen={setBehind} />
      {behind !== null && <BehindSheet behind={behind} onClose={() => setBehind(null)} />}
    </>
  );
}

interface Opens {
  onOpen: (behind: Behind) => void;
}

function Measures({ onOpen }: Opens) {
  const { t } = useSpeech();
  const query = useAnswer<MeasureResult[]>(useReportPath('measures'));
  const before = useAnswer<MeasureResult[]>(usePathBefore('measures')).data;
  const definitions = useAnswer<MeasureDefinition[]>('/v1/measures').data;
  return (
    <section>
      <h2>{t('reports.measures')}</h2>
      <Answered query={query}>
        {(results) => (
          <div className="wide-table">
            <table className="report-table">
              <thead>
                <tr>
                  <th scope="col">{t('reports.measure')}</th>
                  <th scope="col">{t('reports.target')}</th>
                  <th scope="col">{t('reports.reached')}</th>
                  {before !== undefined && <th scope="col">{t('reports.difference')}</th>}
                  <th scope="col">{t('reports.inside')}</th>
                  <th scope="col">{t('reports.outside')}</th>
                  <th scope="col">{t('reports.pending')}</th>
                  <th scope="col">{t('reports.p50')}</th>
                  <th scope="col">{t('reports.p90')}</th>
                  <th scope="col">{t('reports.p99')}</th>
                  <th scope="col">{t('reports.verdict')}</th>
                </tr>
              </thead>
              <tbody>
                {results.map((result) => (
                  <MeasureRow
                    key={result.key}
                    result={result}
                    before={before === undefined ? undefined : (before.find(({ key }) => key === result.key) ?? null)}
                    definition={definitions?.find(({ key }) => key === result.key)}
                    onOpen={onOpen}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answered>
    </section>
  );
}

interface MeasureRowProps extends Opens {
  result: MeasureResult;
  /** Undefined: nothing is compared. */
  before: MeasureResult | null | undefined;
  definition: MeasureDefinition | undefined;
}

function MeasureRow({ result, before, definition, onOpen }: MeasureRowProps) {
  const { t, word, lang } = useSpeech();
  const { difference } = useFigures();
  const asked = useSpan();
  const span = asked === null || asked.fault !== null ? null : asked.span;
  const name = word('reportMeasure', result.key);
  const paths = {
    inside: usePathOf(`measures/${result.key}/tickets`, span, { side: 'inside' }),
    outside: usePathOf(`measures/${result.key}/tickets`, span, { side: 'outside' }),
    pending: usePathOf(`measures/${result.key}/tickets`, span, { side: 'pending' }),
  };
  const verdict = verdictOf(result);
  const took = (s: number | null): string => (s === null ? t('reports.none') : duration(s * 1000, lang));
  return (
    <tr>
      <th scope="row">
        {name}
        {definition !== undefined && <Definition definition={definition} />}
      </th>
      <td>{result.target === null ? t('reports.none') : t('reports.atLeast', { share: percent(result.target) })}</td>
      <td className="figure">
        <strong>{percent(result.share)}</strong>
      </td>
      {before !== undefined && <td>{difference(differenceOf(result.share, before?.share ?? null, 'more', LEAST_SEEN.share), 'share')}</td>}
      {(['inside', 'outside', 'pending'] as const).map((side) => {
        const path = paths[side];
        const open = result[side] === 0 || path === null ? null : () => onOpen({ path, title: `${name} · ${t(`reports.${side}`)}` });
        return (
          <td key={side}>
            <FigureCell label={t('reports.openTickets', { number: result[side], what: `${name} ${t(`reports.${side}`)}` })} onOpen={open}>
              {result[side]}
            </FigureCell>
          </td>
        );
      })}
      {([result.p50_s, result.p90_s, result.p99_s] as const).map((s, index) => (
        <td key={index} className="figure">
          {took(s)}
        </td>
      ))}
      <td>
        <strong className="verdict" data-verdict={verdict}>
          {t(`reportVerdict.${verdict}`)}
        </strong>
      </td>
    </tr>
  );
}

/** What a measure is, when somebody asks. */
function Definition({ definition }: { definition: MeasureDefinition }) {
  const { t, word, lang } = useSpeech();
  return (
    <details className="definition">
      <summary>{t('reports.definition')}</summary>
      <p>
        {t('reports.clock', {
          from: word('reportMoment', definition.from),
          to: word('reportMoment', definition.to),
          within: duration(definition.within_s * 1000, lang),
        })}
      </p>
      <p>
        {t('reports.population', { population: word('reportPopulation', definition.population) })} {t('reports.leftOut')}
      </p>
      <p>{t('reports.source', { source: word('reportSource', definition.key) })}</p>
    </details>
  );
}

function Figures({ onOpen }: Opens) {
  const { t, word } = useSpeech();
  const { shown, difference } = useFigures();
  const query = useAnswer<SummaryReport>(useReportPath('summary', { by: 'month' }));
  const before = useAnswer<SummaryReport>(usePathBefore('summary', { by: 'month' })).data;
  const asked = useSpan();
  const behind = usePathOf('figures/', asked === null || asked.fault !== null ? null : asked.span);
  return (
    <section>
      <h2>{t('reports.figures')}</h2>
      <Answered query={query}>
        {({ total }) => (
          <dl className="report-figures">
            {COLUMNS.filter(({ measure }) => measure === null).map((column) => {
              const value = column.of(total);
              const name = t(`reportColumn.${column.key}`);
              const path = column.figure === null ? null : (behind?.replace('figures/?', `figures/${column.figure}/tickets?`) ?? null);
              const text = shown(value, column.kind);
              return (
                <div key={column.key}>
                  <dt title={column.figure === null ? undefined : word('reportCounts', column.figure)}>{name}</dt>
                  <dd>
                    <FigureCell
                      label={t('reports.openTickets', { number: text, what: name })}
                      onOpen={path === null || value === null || value === 0 ? null : () => onOpen({ path, title: name })}
                    >
                      {text}
                    </FigureCell>
                    {column.key === 'satisfaction' && total.satisfaction.n > 0 && <span className="muted"> {t('reports.ofPeople', { number: total.satisfaction.n })}</span>}
                    {before !== undefined && (
                      <span className="difference">{difference(differenceOf(value, column.of(before.total), column.better, LEAST_SEEN[column.kind]), column.kind)}</span>
                    )}
                  </dd>
                  {column.figure !== null && <dd className="counts muted">{word('reportCounts', column.figure)}</dd>}
                </div>
              );
            })}
          </dl>
        )}
      </Answered>
    </section>
  );
}
