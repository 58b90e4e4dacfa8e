// Queue: what is being painted, what waits, what went wrong, in the order in which it will be done.
import { useEffect, useState } from 'preact/hooks';
import { isActive, type Job } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { JobCard, titleOf } from '../components/job_card.tsx';
import { JobProgress } from '../components/job_progress.tsx';
import { t, taskLabel } from '../i18n/index.ts';
import { timeText } from '../i18n/numbers.ts';
import { command, erase, move } from '../state/actions.ts';
import { jobs } from '../state/jobs.ts';
import { taskOf } from '../state/studio.ts';

const isOpen = (job: Job): boolean => isActive(job) || job.state === 'paused';

// Running first, then by priority, then by their places.
export function queueOrder(a: Job, b: Job): number {
  const rank = (job: Job) => (job.state === 'running' ? 0 : job.state === 'queued' ? 1 : 2);
  return rank(a) - rank(b) || b.priority - a.priority || a.place - b.place;
}

export default function Queue() {
  const [limit, setLimit] = useState(30);
  const open = jobs.value.filter(isOpen).sort(queueOrder);
  const closed = jobs.value.filter((job) => !isOpen(job));
  useClock(open.length > 0);
  return (
    <div class="column">
      <header class="page-head">
        <h1>{t('nav.queue')}</h1>
      </header>
      {open.length === 0 ? (
        <div class="empty-note">
          <Icon name="queue" size={36} />
          <p>{t('queue.empty')}</p>
        </div>
      ) : (
        <ul class="rows" aria-label={t('queue.open')}>
          {open.map((job) => (
            <QueueRow key={job.id} job={job} />
          ))}
        </ul>
      )}
      {closed.length > 0 && (
        <section aria-labelledby="closed">
          <h2 id="closed">{t('queue.closed')}</h2>
          <ul class="rows">
            {closed.slice(0, limit).map((job) => (
              <QueueRow key={job.id} job={job} />
            ))}
          </ul>
          {closed.length > limit && <Button label={t('gallery.more')} onPress={() => setLimit(limit + 30)} />}
        </section>
      )}
    </div>
  );
}

// Keeps "3 minutes ago" true while somebody looks.
function useClock(on: boolean): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 5000);
    return () => clearInterval(timer);
  }, [on]);
}

function QueueRow({ job }: { job: Job }) {
  return (
    <li class="row">
      <JobCard job={job} />
      <div class="row-text">
        <strong>{titleOf(job)}</strong>
        <span class="soft">
          {taskLabel(job.task)} · {timeText(job.created)}
        </span>
        {isOpen(job) ? <JobProgress job={job} label={titleOf(job)} /> : <Outcome job={job} />}
      </div>
      <RowActions job={job} />
    </li>
  );
}

function Outcome({ job }: { job: Job }) {
  if (job.state === 'failed')
    return (
      <span class="outcome">
        <Icon name="warning" size={16} /> {job.error?.detail || job.error?.title || t('state.failed')}
      </span>
    );
  return <span class="soft">{t(`state.${job.state}`)}</span>;
}

function RowActions({ job }: { job: Job }) {
  const name = titleOf(job);
  const resumable = taskOf(job.task)?.gives === 'run';
  return (
    <div class="actions" role="group" aria-label={name}>
      {job.state === 'queued' && (
        <>
          <Button
            icon="up"
            compact
            kind="quiet"
            label={t('queue.sooner', { name })}
            onPress={() => void move(job, 'sooner')}
          />
          <Button
            icon="down"
            compact
            kind="quiet"
            label={t('queue.later', { name })}
            onPress={() => void move(job, 'later')}
          />
        </>
      )}
      {isActive(job) && (job.state === 'queued' || resumable) && (
        <Button
          icon="pause"
          compact
          kind="quiet"
          label={t('queue.pause', { name })}
          onPress={() => void command(job.id, 'pause')}
        />
      )}
      {job.state === 'paused' && (
        <Button
          icon="play"
          compact
          kind="quiet"
          label={t('queue.resume', { name })}
          onPress={() => void command(job.id, 'resume')}
        />
      )}
      {isOpen(job) && (
        <Button
          icon="stop"
          compact
          kind="quiet"
          label={t('queue.stop', { name })}
          onPress={() => void command(job.id, 'cancel')}
        />
      )}
      {(job.state === 'failed' || job.state === 'cancelled') && (
        <Button
          icon="retry"
          compact
          kind="quiet"
          label={t('queue.retry', { name })}
          onPress={() => void command(job.id, 'retry')}
        />
      )}
      {!isOpen(job) && (
        <Button icon="trash" compact kind="quiet" label={t('queue.erase', { name })} onPress={() => erase(job)} />
      )}
    </div>
  );
}
