// Metrics of runs as a chart takes them: one table over all steps, a column to each run.
import type { MetricRow } from '../api/types.ts';

export type Table = [number[], ...(number | null)[][]];

const notCurves = new Set(['step', 'time', 'epoch', 'images']);

export function namesOf(rows: readonly MetricRow[]): string[] {
  const names = new Set<string>();
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) if (typeof value === 'number') names.add(name);
  for (const name of notCurves) names.delete(name);
  return [...names];
}

// What is most worth watching comes first: losses, then validation, then the rest.
export function mainName(names: readonly string[]): string {
  return names.find((name) => /loss/i.test(name)) ?? names[0] ?? '';
}

export function join(runs: readonly (readonly MetricRow[])[], name: string): Table {
  const steps = new Set<number>();
  for (const rows of runs) for (const row of rows) if (typeof row[name] === 'number') steps.add(row.step);
  const x = [...steps].sort((a, b) => a - b);
  const at = new Map(x.map((step, index) => [step, index]));
  const columns = runs.map((rows) => {
    const column = new Array<number | null>(x.length).fill(null);
    for (const row of rows) {
      const index = at.get(row.step);
      const value = row[name];
      if (index !== undefined && typeof value === 'number') column[index] = value;
    }
    return column;
  });
  return [x, ...columns];
}

// Newer rows replace those of the same step, as after a resume.
export function append(rows: readonly MetricRow[], newer: readonly MetricRow[]): MetricRow[] {
  const first = newer[0];
  if (!first) return [...rows];
  return [...rows.filter((row) => row.step < first.step), ...newer];
}
