// The picture being painted or painted last, as large as there is room, with what can be done with it.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { isActive, type Job, type Picture } from '../api/types.ts';
import { t, taskLabel } from '../i18n/index.ts';
import { bytesText } from '../i18n/numbers.ts';
import { canVary, command, edit, erase, vary } from '../state/actions.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { JobProgress } from './job_progress.tsx';
import { titleOf } from './job_card.tsx';
import { Report } from './report.tsx';

interface Props {
  extra?: ComponentChildren; // more to do with it
  job: Job | undefined;
  onFollow: (id: string) => void;
}

export function Stage({ job, onFollow, extra }: Props) {
  if (!job)
    return (
      <div class="stage empty">
        <p>
          <Icon name="paint" size={40} />
          <span>{t('stage.empty')}</span>
        </p>
      </div>
    );
  return <JobStage key={job.id} job={job} onFollow={onFollow} extra={extra} />;
}

function JobStage({ job, onFollow, extra }: Props & { job: Job }) {
  const [index, setIndex] = useState(0);
  const picture = job.pictures[Math.min(index, job.pictures.length - 1)];
  return (
    <>
      <div class="stage" aria-busy={isActive(job)}>
        <StagePicture job={job} picture={picture} />
        {job.pictures.length > 1 && (
          <div class="stage-pages">
            <Button
              icon="left"
              compact
              label={t('stage.before')}
              disabled={index === 0}
              onPress={() => setIndex(index - 1)}
            />
            <span class="numbers">
              {index + 1} / {job.pictures.length}
            </span>
            <Button
              icon="right"
              compact
              label={t('stage.next')}
              disabled={index >= job.pictures.length - 1}
              onPress={() => setIndex(index + 1)}
            />
          </div>
        )}
      </div>
      <div class="stage-foot">
        <div class="stage-caption">
          <strong>{titleOf(job)}</strong>
          {job.state === 'done' && picture ? (
            <span class="soft numbers">
              {picture.width} × {picture.height} · {bytesText(picture.bytes)}
            </span>
          ) : (
            <JobProgress job={job} />
          )}
        </div>
        {extra}
        <StageActions job={job} picture={picture} onFollow={onFollow} />
      </div>
    </>
  );
}

// What the style sheet fits a picture by.
export const shapeOf = (picture: Picture) => ({
  width: picture.width,
  height: picture.height,
  class: picture.width <= 128 ? 'small' : '',
  style: { '--ratio': String(picture.width / picture.height || 1), '--width': String(picture.width) },
});

function StagePicture({ job, picture }: { job: Job; picture: Picture | undefined }) {
  if (picture?.media_type.startsWith('video/'))
    return <video src={picture.url} controls loop muted autoplay {...shapeOf(picture)} />;
  if (picture)
    return (
      <a class="stage-link" href={`#/picture/${picture.id}`} aria-label={t('stage.open')}>
        <img src={picture.url} {...shapeOf(picture)} alt={t('stage.alt', { title: titleOf(job) })} />
      </a>
    );
  if (job.preview) return <img class="preview" src={job.preview} alt={t('stage.preview')} />;
  if (job.state === 'failed')
    return (
      <div class="stage-trouble" role="alert">
        <Icon name="warning" size={32} />
        <strong>{t('stage.failed')}</strong>
        <p>{job.error?.detail || job.error?.title}</p>
      </div>
    );
  if (job.state === 'done')
    return (
      <div class="stage-report">
        {job.report ? <Report report={job.report} /> : t('stage.report', { task: taskLabel(job.task) })}
      </div>
    );
  return <div class={`stage-wait ${job.state}`}>{t(`state.${job.state}`)}</div>;
}

function StageActions({
  job,
  picture,
  onFollow,
}: {
  job: Job;
  picture: Picture | undefined;
  onFollow: (id: string) => void;
}) {
  if (isActive(job) || job.state === 'paused')
    return (
      <div class="actions">
        {job.state === 'paused' && (
          <Button icon="play" label={t('action.resume')} onPress={() => void command(job.id, 'resume')} />
        )}
        <Button icon="stop" label={t('action.stop')} onPress={() => void command(job.id, 'cancel')} />
      </div>
    );
  const again = async () => {
    const next = await vary(job);
    if (next) onFollow(next.id);
  };
  return (
    <div class="actions">
      {job.state !== 'done' && (
        <Button icon="retry" label={t('action.retry')} onPress={() => void command(job.id, 'retry')} />
      )}
      {job.state === 'done' && canVary(job) && (
        <Button icon="variations" label={t('action.vary')} onPress={() => void again()} />
      )}
      <Button icon="pen" label={t('action.edit')} onPress={() => edit(job)} />
      {picture && (
        <a class="button" href={`#/canvas?picture=${picture.id}`}>
          <Icon name="canvas" />
          <span>{t('action.canvas')}</span>
        </a>
      )}
      <Button icon="trash" compact label={t('action.erase')} onPress={() => erase(job)} />
    </div>
  );
}
