// A live chart of one value over the steps of one or more runs, by uPlot; the same figures in words for who cannot see it.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { t } from '../i18n/index.ts';
import { numberText } from '../i18n/numbers.ts';
import type { Table } from './series.ts';

interface Props {
  table: Table;
  runs: string[];
  name: string;
}

const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Without a pointer over the chart the legend shows the last values.
const figure = (value: number | null | undefined): string => (typeof value === 'number' ? numberText(value) : '–');

const lastOf = (column: ArrayLike<number | null | undefined> | undefined): number | null | undefined =>
  Array.from(column ?? []).findLast((value) => typeof value === 'number');

function optionsOf(width: number, runs: string[], logarithmic: boolean): uPlot.Options {
  const soft = colour('--soft');
  const line = colour('--line');
  const axis = {
    stroke: soft,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: '12px system-ui',
  };
  return {
    width,
    height: 260,
    cursor: { points: { size: 7 } },
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : {} },
    axes: [
      { ...axis, label: t('train.step'), labelFont: '12px system-ui', labelSize: 18 },
      { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : numberText(tick))) },
    ],
    series: [
      { label: t('train.step'), value: (chart, step) => String(step ?? chart.data[0].at(-1) ?? '') },
      ...runs.map((run, index) => ({
        label: run,
        stroke: index === 0 ? colour('--accent') : colour('--ink'),
        width: 1.6,
        dash: dashes[index % dashes.length] ?? [],
        points: { show: false },
        spanGaps: true,
        value: (chart: uPlot, value: number | null, index: number) => figure(value ?? lastOf(chart.data[index])),
      })),
    ],
  };
}

const positive = (table: Table): boolean =>
  table.slice(1).every((column) => column.every((value) => value === null || value > 0));

function spread(table: Table): number {
  const columns = table.slice(1) as (number | null)[][];
  const values = columns.flat().filter((value): value is number => value !== null);
  return values.length ? Math.max(...values) / Math.max(1e-12, Math.min(...values)) : 1;
}

export function CurveChart({ table, runs, name }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const logarithmic = positive(table) && spread(table) > 100;
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const made = new uPlot(optionsOf(element.clientWidth || 300, runs, logarithmic), table, element);
    chart.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: 260 }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [runs.join('|'), logarithmic, name]);
  useEffect(() => chart.current?.setData(table), [table]);
  const last = table[1]?.findLast((value) => value !== null);
  return (
    <div
      ref={frame}
      class="chart"
      role="img"
      aria-label={t('train.chart', {
        name,
        steps: table[0].length,
        last: typeof last === 'number' ? numberText(last) : '–',
      })}
    />
  );
}
