// How far a job is, in a bar and in words.
import type { Job } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { durationText } from '../i18n/numbers.ts';

export function fractionOf(job: Job): number | undefined {
  const { step, total } = job.progress;
  return total > 0 ? Math.min(1, step / total) : undefined;
}

export function progressText(job: Job): string {
  if (job.state !== 'running') return t(`state.${job.state}`);
  const { stage, step, total, seconds_left } = job.progress;
  const parts = [stage || t('state.running')];
  if (total > 0) parts.push(t('progress.step', { step, total }));
  if (seconds_left >= 0) parts.push(t('progress.left', { time: durationText(seconds_left) }));
  return parts.join(' · ');
}

export function JobProgress({ job, label }: { job: Job; label?: string }) {
  const fraction = fractionOf(job);
  const text = progressText(job);
  return (
    <div class="job-progress">
      {job.state === 'running' && (
        <progress
          aria-label={label ?? t('progress.label')}
          max={1}
          {...(fraction === undefined ? {} : { value: fraction })}
        />
      )}
      <span class="soft numbers">{text}</span>
    </div>
  );
}
