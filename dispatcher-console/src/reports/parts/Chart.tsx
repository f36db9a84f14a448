import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

import { useTheme } from '../../console/state/theme';
import { useSpeech } from '../../console/i18n';
import type { Line } from '../model/chart';

interface ChartProps {
  line: Line;
  /** The span before, drawn dashed: place by place beside the other. */
  before?: (number | null)[];
  label: string;
  labelBefore?: string;
  shown: (value: number) => string;
  /** Points are days or longer: no time of day is written at the axis. */
  days: boolean;
}

const HEIGHT_PX = 220;

/**
 * A line over time. What it shows stands in the table beside it as well; the two lines differ by dashes and points, not by
 * colour alone, so that they can be told apart in print.
 */
export function Chart({ line, before, label, labelBefore, shown, days }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const { tag } = useSpeech();
  useEffect(() => {
    const at = place.current;
    if (at === null) return;
    const colour = (name: string): string => getComputedStyle(at).getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };
    const format = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', month: 'numeric', day: 'numeric', ...(days ? {} : { hour: '2-digit', hourCycle: 'h23' }) });
    const chart = new uPlot(
      {
        width: at.clientWidth,
        height: HEIGHT_PX,
        // Places are written as if the district's clock were UTC.
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.08] } },
        series: [
          {},
          { stroke: colour('--brand-text'), width: 2, points: { show: true, size: 6 } },
          ...(before === undefined ? [] : [{ stroke: colour('--muted'), width: 2, dash: [6, 4], points: { show: false } }]),
        ],
        axes: [
          { ...axis, values: (_, places) => places.map((seconds) => format.format(seconds * 1000)), ...(days ? { incrs: [1, 2, 3, 7, 14, 31, 92].map((day) => day * 86_400) } : {}) },
          { ...axis, values: (_, values) => values.map(shown), size: 64 },
        ],
      },
      before === undefined ? line : [line[0], line[1], line[0].map((_, index) => before[index] ?? null)],
      at,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: at.clientWidth, height: HEIGHT_PX }));
    watch.observe(at);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [line, before, shown, days, theme, tag]);
  return (
    <>
      {before !== undefined && (
        <p className="chart-keys">
          <span className="chart-key">{label}</span>
          <span className="chart-key before">{labelBefore}</span>
        </p>
      )}
      <div ref={place} className="chart" role="img" aria-label={label} />
    </>
  );
}
