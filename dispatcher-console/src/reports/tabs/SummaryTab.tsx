import { useCallback, useMemo, useState } from 'react';

import { useSpeech } from '../../console/i18n';
import { notify } from '../../console/state/desk';
import { type NamedRow, REPORT_BY, type ReportBy, type Row, type SummaryReport } from '../model/answers';
import { isOfTime, lineOf } from '../model/chart';
import { type Column, columnsOf, isTheme, LEAST_SEEN, THEME_NAMES } from '../model/columns';
import { differenceOf } from '../model/compare';
import { Answered } from '../parts/Answered';
import { Bars } from '../parts/Bars';
import { type Behind, BehindSheet } from '../parts/BehindSheet';
import { Chart } from '../parts/Chart';
import { saveTable } from '../parts/save-table';
import { FigureCell } from '../parts/FigureCell';
import { useFigures } from '../parts/figure';
import { SpanBar } from '../parts/SpanBar';
import { useGroupName } from '../parts/group-name';
import { useAnswer, usePathBefore, usePathOf, useReportPath, useSpan } from '../state/answers';
import { ask, useAsked } from '../state/asked';

/** Tickets put together by time, place, person or ring. */
export function SummaryTab() {
  const by = useAsked((asked) => asked.by);
  const theme = useAsked((asked) => asked.theme);
  const path = useReportPath('summary', { by });
  const query = useAnswer<SummaryReport>(path);
  const before = useAnswer<SummaryReport>(usePathBefore('summary', { by })).data;
  const [behind, setBehind] = useState<Behind | null>(null);
  return (
    <>
      <SpanBar compares />
      <Choices path={path} />
      <Answered query={query}>
        {(report) => <Summary report={report} before={before} columns={columnsOf(theme)} onOpen={setBehind} />}
      </Answered>
      {behind !== null && <BehindSheet behind={behind} onClose={() => setBehind(null)} />}
    </>
  );
}

function Choices({ path }: { path: string | null }) {
  const { t } = useSpeech();
  const { by, theme } = useAsked();
  const tickets = useReportPath('tickets');
  const save = (from: string, name: string): void => void saveTable(from, name).catch(() => notify('bad', t('reports.notSaved')));
  return (
    <div className="span-bar">
      <label className="span-day">
        <span>{t('reports.by')}</span>
        <select value={by} onChange={(event) => ask({ by: REPORT_BY.find((one) => one === event.target.value) ?? 'day' })}>
          {REPORT_BY.map((one) => (
            <option key={one} value={one}>
              {t(`reportBy.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="span-day">
        <span>{t('reports.theme')}</span>
        <select value={theme} onChange={({ target: { value } }) => isTheme(value) && ask({ theme: value })}>
          {THEME_NAMES.map((one) => (
            <option key={one} value={one}>
              {t(`reportTheme.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="button small" disabled={path === null} onClick={() => path !== null && save(path, `report-${by}.csv`)}>
        {t('reports.saveTable')}
      </button>
      <button type="button" className="button small" disabled={tickets === null} onClick={() => tickets !== null && save(tickets, 'tickets.csv')}>
        {t('reports.saveTickets')}
      </button>
    </div>
  );
}

interface SummaryProps {
  report: SummaryReport;
  before: SummaryReport | undefined;
  columns: Column[];
  onOpen: (behind: Behind) => void;
}

function Summary({ report, before, columns, onOpen }: SummaryProps) {
  const { t } = useSpeech();
  const [drawn, setDrawn] = useState<Column['key']>('tickets');
  const column = columns.find(({ key }) => key === drawn) ?? columns[0];
  if (report.total.tickets === 0 && report.groups.length === 0) return <p className="empty big">{t('reports.noTicketsInSpan')}</p>;
  return (
    <>
      {column !== undefined && report.groups.length > 0 && (
        <figure className="report-chart">
          <figcaption>
            <label className="span-day">
              <span>{t('reports.drawn')}</span>
              <select value={column.key} onChange={(event) => setDrawn(columns.find(({ key }) => key === event.target.value)?.key ?? 'tickets')}>
                {columns.map(({ key }) => (
                  <option key={key} value={key}>
                    {t(`reportColumn.${key}`)}
                  </option>
                ))}
              </select>
            </label>
          </figcaption>
          <Drawn by={report.by} column={column} groups={report.groups} before={before?.groups} />
        </figure>
      )}
      <SummaryTable report={report} before={before} columns={columns} onOpen={onOpen} />
      {report.groups_left_out > 0 && <p className="doubt">{t('reports.leftOutGroups', { number: report.groups_left_out })}</p>}
    </>
  );
}

interface DrawnProps {
  by: ReportBy;
  column: Column;
  groups: NamedRow[];
  before: NamedRow[] | undefined;
}

function Drawn({ by, column, groups, before }: DrawnProps) {
  const { t } = useSpeech();
  const { shown } = useFigures();
  const nameOf = useGroupName();
  const { kind } = column;
  const write = useCallback((value: number) => shown(value, kind), [kind, shown]);
  const line = useMemo(() => lineOf(by, groups.map(({ key, row }) => ({ key, value: column.of(row) }))), [by, groups, column]);
  const lineBefore = useMemo(() => before && lineOf(by, before.map(({ key, row }) => ({ key, value: column.of(row) })))[1], [by, before, column]);
  const label = t(`reportColumn.${column.key}`);
  if (!isOfTime(by)) return <Bars label={label} write={write} bars={groups.map((group) => ({ key: group.key, name: nameOf(by, group), value: column.of(group.row) }))} />;
  return (
    <Chart
      line={line}
      {...(lineBefore === undefined ? {} : { before: lineBefore, labelBefore: t('reports.before') })}
      label={label}
      shown={write}
      days={by !== 'hour'}
    />
  );
}

function SummaryTable({ report, before, columns, onOpen }: SummaryProps) {
  const { t } = useSpeech();
  const nameOf = useGroupName();
  return (
    <div className="wide-table">
      <table className="report-table">
        <thead>
          <tr>
            <th scope="col">{t(`reportBy.${report.by}`)}</th>
            {columns.map(({ key }) => (
              <th key={key} scope="col">
                {t(`reportColumn.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <SummaryRow name={t('reports.total')} row={report.total} before={before?.total} group={null} columns={columns} onOpen={onOpen} />
          {report.groups.map((group) => (
            <SummaryRow
              key={group.key}
              name={nameOf(report.by, group)}
              row={group.row}
              // Days are not compared with days of other dates: the whole is.
              before={isOfTime(report.by) ? undefined : before?.groups.find(({ key }) => key === group.key)?.row}
              group={{ by: report.by, group: group.key }}
              columns={columns}
              onOpen={onOpen}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SummaryRowProps {
  name: string;
  row: Row;
  before: Row | undefined;
  group: { by: ReportBy; group: string } | null;
  columns: Column[];
  onOpen: (behind: Behind) => void;
}

function SummaryRow({ name, row, before, group, columns, onOpen }: SummaryRowProps) {
  const { t } = useSpeech();
  const { shown, difference } = useFigures();
  const asked = useSpan();
  const path = usePathOf('of', asked === null || asked.fault !== null ? null : asked.span, group ?? {});
  return (
    <tr data-total={group === null}>
      <th scope="row">{name}</th>
      {columns.map((column) => {
        const value = column.of(row);
        const what = `${name} · ${t(`reportColumn.${column.key}`)}`;
        const list = column.figure !== null ? `figures/${column.figure}/tickets` : column.measure !== null ? `measures/${column.measure}/tickets` : null;
        // Behind a share of a measure stand those that are outside it.
        const title = column.measure === null ? what : `${what} · ${t('reports.outside')}`;
        const opens = list !== null && path !== null && value !== null && value !== 0 && !(column.measure !== null && row.measures[column.measure]?.outside === 0);
        const text = shown(value, column.kind);
        return (
          <td key={column.key}>
            <FigureCell
              label={t('reports.openTickets', { number: text, what })}
              onOpen={opens ? () => onOpen({ path: path.replace('/of?', `/${list}?`), title }) : null}
            >
              {text}
            </FigureCell>
            {before !== undefined && <span className="difference">{difference(differenceOf(value, column.of(before), column.better, LEAST_SEEN[column.kind]), column.kind)}</span>}
          </td>
        );
      })}
    </tr>
  );
}
