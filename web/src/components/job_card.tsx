// A job as a small picture that leads to it: what it painted, or what it is painting.
import type { Job } from '../api/types.ts';
import { isActive } from '../api/types.ts';
import { t, taskLabel } from '../i18n/index.ts';
import { Icon } from './icon.tsx';
import { fractionOf } from './job_progress.tsx';

const last = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

// The prompt where there is one, else the task with what it was made by.
export function titleOf(job: Job): string {
  if (job.prompt) return job.prompt;
  const by = [job.model, job.request['config'], job.request['name'], job.request['chain']].find(
    (one) => one && typeof one === 'string',
  );
  return by ? `${taskLabel(job.task)} · ${last(String(by))}` : taskLabel(job.task);
}

interface Props {
  job: Job;
  current?: boolean;
  onPick?: () => void;
}

export function JobCard({ job, current = false, onPick }: Props) {
  const picture = job.pictures[0];
  const source = picture ? picture.thumbnail : job.preview;
  const inside = (
    <>
      {source ? (
        <img src={source} alt="" loading="lazy" />
      ) : (
        <span class="card-empty">
          <Icon name={job.state === 'failed' ? 'warning' : 'paint'} />
        </span>
      )}
      {isActive(job) && <progress max={1} aria-hidden="true" {...valueOf(job)} />}
      {job.pictures.length > 1 && <span class="count numbers">{job.pictures.length}</span>}
    </>
  );
  const name = `${titleOf(job)}, ${t(`state.${job.state}`)}`;
  if (onPick)
    return (
      <button type="button" class="card" aria-label={name} title={titleOf(job)} aria-pressed={current} onClick={onPick}>
        {inside}
      </button>
    );
  return (
    <a
      class="card"
      aria-label={name}
      title={titleOf(job)}
      href={picture ? `#/picture/${picture.id}` : `#/paint?job=${job.id}`}
    >
      {inside}
    </a>
  );
}

function valueOf(job: Job): { value?: number } {
  const value = fractionOf(job);
  return value === undefined ? {} : { value };
}
