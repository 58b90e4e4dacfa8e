// Train: begin a run from a recipe, watch its curves and samples grow, stop it, go on, lay runs beside each other.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { isActive, type Job, type Run } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { JobProgress } from '../components/job_progress.tsx';
import { t } from '../i18n/index.ts';
import { timeText } from '../i18n/numbers.ts';
import { command } from '../state/actions.ts';
import { jobOf, jobs } from '../state/jobs.ts';
import { go, route } from '../state/route.ts';
import { tasks } from '../state/studio.ts';
import { CurveChart } from '../train/curve_chart.tsx';
import { NewRun } from '../train/new_run.tsx';
import { join, mainName, namesOf } from '../train/series.ts';
import { useMetrics } from '../train/use_metrics.ts';

export const isRunJob = (job: Job): boolean => tasks().find((task) => task.name === job.task)?.gives === 'run';

// What a job says of a run, where the list of runs has not caught up.
function runOf(job: Job): Run {
  return {
    id: job.id,
    config: String(job.request['config'] ?? job.model ?? job.task),
    data: String(job.request['data'] ?? ''),
    family: '',
    state: job.state,
    step: job.progress.step,
    total: job.progress.total,
    started: job.started ?? job.created,
    finished: job.finished,
    samples: job.pictures.map(({ url }) => ({ url })),
  };
}

function useRuns(): Run[] {
  const [listed, setListed] = useState<Run[]>([]);
  const trained = jobs.value.filter(isRunJob);
  const key = trained.map((job) => job.id + job.state + Math.floor(job.progress.step / 50)).join();
  useEffect(() => {
    api
      .runs()
      .then(({ runs }) => setListed(runs))
      .catch(() => undefined);
  }, [key]);
  return trained.map((job) => {
    const told = listed.find((run) => run.id === job.id);
    const own = runOf(job);
    return told
      ? { ...own, ...told, started: own.started, state: job.state, step: Math.max(told.step ?? 0, own.step) }
      : own;
  });
}

export default function Train() {
  const runs = useRuns();
  const { query } = route.value;
  const first = runs.find(({ state }) => state === 'running') ?? runs[0];
  const picked = query.get('run') ?? first?.id ?? '';
  const beside = (query.get('with') ?? '').split(',').filter(Boolean);
  const run = runs.find((one) => one.id === picked);
  const making = query.has('new') || runs.length === 0;
  return (
    <div class="train">
      <aside class="runs" aria-label={t('train.runs')}>
        <header class="page-head">
          <h1>{t('nav.train')}</h1>
          <Button
            icon="plus"
            kind={making ? 'plain' : 'main'}
            label={t('train.new')}
            onPress={() => go('train?new=1')}
          />
        </header>
        <RunList runs={runs} picked={making ? '' : picked} beside={beside} />
      </aside>
      <div class="train-view">
        {making || !run ? (
          <NewRun onBegun={(id) => go(`train?run=${id}`)} />
        ) : (
          <RunView run={run} others={runs.filter((one) => beside.includes(one.id) && one.id !== run.id)} />
        )}
      </div>
    </div>
  );
}

function RunList({ runs, picked, beside }: { runs: Run[]; picked: string; beside: string[] }) {
  if (runs.length === 0) return <p class="soft">{t('train.none')}</p>;
  const compare = (id: string, on: boolean) => {
    const next = on ? [...beside, id] : beside.filter((one) => one !== id);
    go(`train?run=${picked}${next.length ? `&with=${next.join(',')}` : ''}`);
  };
  return (
    <ul class="run-list">
      {runs.map((run) => (
        <li key={run.id} class={run.id === picked ? 'here' : ''}>
          <a href={`#/train?run=${run.id}`} aria-current={run.id === picked ? 'true' : undefined}>
            <strong>{run.config}</strong>
            <span class="soft numbers">
              {t(`state.${run.state}`)} · {run.total ? `${run.step} / ${run.total}` : run.step}
            </span>
            <span class="soft">{timeText(run.started)}</span>
          </a>
          {picked && run.id !== picked && (
            <label class="compare-run">
              <input
                type="checkbox"
                checked={beside.includes(run.id)}
                onChange={(event) => compare(run.id, event.currentTarget.checked)}
              />
              {t('train.compare')}
              <span class="unseen"> {run.config}</span>
            </label>
          )}
        </li>
      ))}
    </ul>
  );
}

function RunView({ run, others }: { run: Run; others: Run[] }) {
  const job = jobOf(run.id);
  const shown = [run, ...others];
  const metrics = useMetrics(
    shown.map((one) => one.id),
    shown.some((one) => one.state === 'running' || one.state === 'queued'),
  );
  const names = namesOf(metrics[run.id] ?? []);
  const [wanted, setWanted] = useState('');
  const name = names.includes(wanted) ? wanted : mainName(names);
  const table = join(
    shown.map((one) => metrics[one.id] ?? []),
    name,
  );
  return (
    <article aria-label={run.config}>
      <header class="page-head">
        <div>
          <h2 class="run-title">{run.config}</h2>
          <p class="soft">{[run.family, run.data].filter(Boolean).join(' · ')}</p>
        </div>
        {job && <RunActions job={job} />}
      </header>
      {job && (isActive(job) || job.state === 'paused') && <JobProgress job={job} label={run.config} />}
      {job?.state === 'failed' && (
        <p class="outcome" role="alert">
          <Icon name="warning" size={18} /> {job.error?.detail}
        </p>
      )}
      {names.length > 0 ? (
        <>
          <div class="chips" role="group" aria-label={t('train.values')}>
            {names.map((one) => (
              <button key={one} type="button" class="chip" aria-pressed={one === name} onClick={() => setWanted(one)}>
                {one}
              </button>
            ))}
          </div>
          <CurveChart
            table={table}
            runs={shown.map((one) => one.config + (one === run ? '' : ` ${one.id.slice(-4)}`))}
            name={name}
          />
        </>
      ) : (
        <p class="soft">{t('train.no_curves')}</p>
      )}
      <Samples run={run} job={job} />
    </article>
  );
}

function Samples({ run, job }: { run: Run; job: Job | undefined }) {
  const samples = [...(run.samples ?? [])];
  if (job && isActive(job) && job.preview) samples.push({ url: job.preview });
  if (samples.length === 0) return null;
  return (
    <section aria-labelledby="samples">
      <h3 id="samples">{t('train.samples')}</h3>
      <ul class="samples">
        {samples
          .slice()
          .reverse()
          .slice(0, 12)
          .map((sample) => (
            <li key={sample.url}>
              <a href={sample.url} target="_blank" rel="noreferrer">
                <img src={sample.url} alt={t('train.sample', { step: sample.step ?? run.step })} loading="lazy" />
              </a>
              {sample.step !== undefined && (
                <span class="soft numbers">{t('train.at_step', { step: sample.step })}</span>
              )}
            </li>
          ))}
      </ul>
    </section>
  );
}

function RunActions({ job }: { job: Job }) {
  return (
    <div class="actions">
      {isActive(job) && (
        <>
          <Button icon="pause" label={t('action.pause')} onPress={() => void command(job.id, 'pause')} />
          <Button icon="stop" label={t('action.stop')} onPress={() => void command(job.id, 'cancel')} />
        </>
      )}
      {job.state === 'paused' && (
        <Button icon="play" kind="main" label={t('action.resume')} onPress={() => void command(job.id, 'resume')} />
      )}
      {(job.state === 'failed' || job.state === 'cancelled') && (
        <Button icon="retry" label={t('action.retry')} onPress={() => void command(job.id, 'retry')} />
      )}
    </div>
  );
}
