// One picture: as large as there is room, with the recipe it was made by, where it comes from and what came of it.
import { useEffect, useState } from 'preact/hooks';
import { api, downloadUrl, pictureUrl, thumbnailUrl } from '../api/client.ts';
import type { Job, Picture } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { JobCard, titleOf } from '../components/job_card.tsx';
import { shapeOf } from '../components/stage.tsx';
import { fieldLabel, t, taskLabel } from '../i18n/index.ts';
import { bytesText, timeText } from '../i18n/numbers.ts';
import { canVary, edit, submit, vary } from '../state/actions.ts';
import { childrenOf, hidden, madeBy, picturesOf } from '../state/gallery.ts';
import { forget, loaded, mergeJobs } from '../state/jobs.ts';
import { undoable } from '../state/notices.ts';
import { go, route } from '../state/route.ts';

export default function PicturePage() {
  const id = route.value.rest;
  const job = madeBy(id);
  const picture = job?.pictures.find((one) => one.id === id);
  const wall = picturesOf({ text: '', task: '', model: '' });
  const at = wall.findIndex((one) => one.picture.id === id);
  const step = (by: number) => {
    const next = wall[at + by];
    if (next) go(`picture/${next.picture.id}`);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
      if (event.key === 'ArrowLeft') step(-1);
      if (event.key === 'ArrowRight') step(1);
      if (event.key === 'Escape') go('gallery');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return (
    <div class="work picture-page">
      <section class="work-stage" aria-label={t('paint.picture')}>
        <div class="stage">
          {picture?.media_type.startsWith('video/') ? (
            <video src={picture.url} controls loop autoplay muted {...shapeOf(picture)} />
          ) : (
            <img
              src={pictureUrl(id)}
              alt={job ? t('stage.alt', { title: titleOf(job) }) : t('picture.uploaded')}
              {...(picture ? shapeOf(picture) : {})}
            />
          )}
        </div>
        <div class="stage-foot centred">
          <Button icon="left" compact label={t('stage.before')} disabled={at <= 0} onPress={() => step(-1)} />
          <a class="button" href="#/gallery">
            {t('nav.gallery')}
          </a>
          <Button
            icon="right"
            compact
            label={t('stage.next')}
            disabled={at < 0 || at >= wall.length - 1}
            onPress={() => step(1)}
          />
        </div>
      </section>
      <aside class="panel" aria-label={t('picture.about')}>
        <div class="panel-scroll">
          <h1 class="panel-title">{job ? titleOf(job) : loaded.value ? t('picture.uploaded') : ''}</h1>
          <Downloads id={id} picture={picture} />
          {job && picture && <Facts job={job} picture={picture} />}
          {job && <Recipe job={job} picture={id} />}
          <Lineage job={job} id={id} />
        </div>
        {job && picture && <Foot job={job} picture={picture} />}
      </aside>
    </div>
  );
}

// A panorama shows all directions, twice as wide as high.
const isPanorama = ({ width, height }: Picture): boolean => Math.abs(width / height - 2) < 0.1;

function Downloads({ id, picture }: { id: string; picture: Picture | undefined }) {
  const film = picture?.media_type.startsWith('video/') ?? false;
  return (
    <div class="actions">
      <a class="button" href={downloadUrl(id, true)} download>
        <Icon name="download" />
        <span>{t('picture.download')}</span>
      </a>
      <a class="button" href={downloadUrl(id, false)} download>
        <span>{t('picture.download_bare')}</span>
      </a>
      {!film && (
        <>
          <a class="button" href={`#/canvas?picture=${id}`}>
            <Icon name="canvas" />
            <span>{t('action.canvas')}</span>
          </a>
          <a class="button" href={`#/style?picture=${id}`}>
            <Icon name="style" />
            <span>{t('action.style')}</span>
          </a>
          <a class="button" href={`#/relief/${id}`}>
            <Icon name="relief" />
            <span>{t('action.relief')}</span>
          </a>
          {picture && isPanorama(picture) && (
            <a class="button" href={`#/sphere/${id}`}>
              <Icon name="sphere" />
              <span>{t('action.sphere')}</span>
            </a>
          )}
        </>
      )}
    </div>
  );
}

function Facts({ job, picture }: { job: Job; picture: Picture }) {
  return (
    <dl class="facts">
      <dt>{t('gallery.task')}</dt>
      <dd>{taskLabel(job.task)}</dd>
      <dt>{fieldLabel('size')}</dt>
      <dd class="numbers">
        {picture.width} × {picture.height} · {bytesText(picture.bytes)}
      </dd>
      <dt>{t('picture.made')}</dt>
      <dd>{timeText(job.finished)}</dd>
    </dl>
  );
}

const isPictureId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function RecipeValue({ value }: { value: unknown }) {
  const list = Array.isArray(value) ? value : [value];
  if (list.every(isPictureId))
    return (
      <>
        {list.map((id) => (
          <a key={id} class="card mini" href={`#/picture/${id}`} aria-label={t('picture.parent')}>
            <img src={thumbnailUrl(id, 96)} alt="" loading="lazy" />
          </a>
        ))}
      </>
    );
  return <>{list.map(String).join(', ')}</>;
}

function Recipe({ job, picture }: { job: Job; picture: string }) {
  const [whole, setWhole] = useState<string | null>(null);
  const load = (open: boolean) => {
    if (!open || whole !== null) return;
    api
      .recipe(picture)
      .then((recipe) => setWhole(JSON.stringify(recipe, null, 2)))
      .catch(() => setWhole(t('picture.no_recipe')));
  };
  return (
    <section aria-labelledby="recipe">
      <h2 id="recipe">{t('picture.recipe')}</h2>
      <dl class="facts">
        {Object.entries(job.request).map(([name, value]) => (
          <div class="fact" key={name}>
            <dt>{fieldLabel(name)}</dt>
            <dd>
              <RecipeValue value={value} />
            </dd>
          </div>
        ))}
      </dl>
      <details class="fold" onToggle={(event) => load(event.currentTarget.open)}>
        <summary>{t('picture.whole_recipe')}</summary>
        <pre tabIndex={0}>{whole ?? t('loading')}</pre>
      </details>
    </section>
  );
}

function Lineage({ job, id }: { job: Job | undefined; id: string }) {
  const parents = job?.parents ?? [];
  const children = childrenOf(id);
  if (parents.length === 0 && children.length === 0) return null;
  return (
    <section aria-labelledby="lineage">
      <h2 id="lineage">{t('picture.lineage')}</h2>
      {parents.length > 0 && (
        <>
          <h3 class="soft">{t('picture.parents')}</h3>
          <ul class="strip">
            {parents.map((parent) => (
              <li key={parent}>
                <a class="card" href={`#/picture/${parent}`} aria-label={t('picture.parent')}>
                  <img src={thumbnailUrl(parent)} alt="" loading="lazy" />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {children.length > 0 && (
        <>
          <h3 class="soft">{t('picture.children')}</h3>
          <ul class="strip">
            {children.map((child) => (
              <li key={child.id}>
                <JobCard job={child} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Foot({ job, picture }: { job: Job; picture: Picture }) {
  const follow = async (made: Promise<Job | undefined>) => {
    const next = await made;
    if (next) go(`paint?task=${next.task}&job=${next.id}`);
  };
  return (
    <div class="panel-foot">
      <Button icon="pen" label={t('action.edit')} onPress={() => edit(job)} />
      {canVary(job) && <Button icon="variations" label={t('action.vary')} onPress={() => void follow(vary(job))} />}
      <Button
        icon="retry"
        compact
        label={t('action.replay')}
        onPress={() => void follow(submit(job.task, job.request))}
      />
      <Button icon="trash" compact label={t('action.erase')} onPress={() => erasePicture(job, picture)} />
    </div>
  );
}

// The only picture of a job takes its job with it.
function erasePicture(job: Job, picture: Picture): void {
  go('gallery');
  if (job.pictures.length === 1) {
    forget(job.id);
    return undoable(
      t('notice.erased'),
      () => mergeJobs([job]),
      () => api.erase(job.id),
    );
  }
  const show = (shown: boolean) => {
    const next = new Set(hidden.value);
    if (shown) next.delete(picture.id);
    else next.add(picture.id);
    hidden.value = next;
  };
  show(false);
  undoable(
    t('notice.erased'),
    () => show(true),
    () => api.erasePicture(picture.id),
  );
}
