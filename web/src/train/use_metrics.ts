// Metrics of the runs that are looked at, asked for again while they train: only what is newer than what is here.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { MetricRow } from '../api/types.ts';
import { append } from './series.ts';

const every = 2500;

export function useMetrics(runs: readonly string[], live: boolean): Record<string, MetricRow[]> {
  const [rows, setRows] = useState<Record<string, MetricRow[]>>({});
  const key = runs.join(' ');
  useEffect(() => {
    let gone = false;
    const have: Record<string, MetricRow[]> = {};
    const ask = async () => {
      for (const run of runs) {
        try {
          const { rows: newer } = await api.metrics(run, have[run]?.at(-1)?.step ?? -1);
          have[run] = append(have[run] ?? [], newer);
        } catch {
          // Not written yet, or the server is away: asked again.
        }
      }
      if (!gone) setRows({ ...have });
    };
    void ask();
    const timer = live ? setInterval(() => void ask(), every) : undefined;
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [key, live]);
  return rows;
}
