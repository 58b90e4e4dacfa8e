// Models: what is here, what can be fetched, and under which licence.
import { useEffect, useState } from 'preact/hooks';
import { isActive, type Model } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { JobProgress } from '../components/job_progress.tsx';
import { t } from '../i18n/index.ts';
import { bytesText, timeText } from '../i18n/numbers.ts';
import { command, pullModel } from '../state/actions.ts';
import { jobOf, jobs, pullOf } from '../state/jobs.ts';
import { loadModels, models } from '../state/studio.ts';

const matches = (model: Model, text: string): boolean =>
  [model.id, model.title, model.purpose, model.licence].some((part) =>
    (part ?? '').toLowerCase().includes(text.toLowerCase()),
  );

const isRun = (model: Model): boolean => model.id.startsWith('run:');

// A run goes by its config and when it was begun: in the reader's own time where the job is known here, else as the server tells it.
function nameOf(model: Model): string {
  if (!isRun(model)) return model.id;
  const run = jobOf(model.id.slice('run:'.length));
  return run ? `${String(run.request['config'])} · ${timeText(run.created)}` : model.title || model.id;
}

export default function Models() {
  const [text, setText] = useState('');
  const finished = jobs.value.filter((job) => job.task === 'pull' && job.state === 'done').length;
  useEffect(() => void loadModels(), [finished]);
  const found = models.value.filter((model) => matches(model, text));
  const here = found.filter((model) => model.present);
  const away = found.filter((model) => !model.present);
  return (
    <div class="column">
      <header class="page-head">
        <h1>{t('nav.models')}</h1>
        <div class="search" role="search">
          <div class="search-text">
            <Icon name="search" />
            <input
              type="search"
              aria-label={t('models.search')}
              placeholder={t('models.search')}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </div>
        </div>
      </header>
      <ModelSection title={t('models.here')} list={here} empty={t('models.none_here')} />
      <ModelSection title={t('models.away')} list={away} empty={t('models.none_away')} />
    </div>
  );
}

function ModelSection({ title, list, empty }: { title: string; list: Model[]; empty: string }) {
  return (
    <section aria-label={title}>
      <h2>
        {title} <span class="soft numbers">{list.length}</span>
      </h2>
      {list.length === 0 ? (
        <p class="soft">{empty}</p>
      ) : (
        <ul class="rows">
          {list.map((model) => (
            <ModelRow key={model.id} model={model} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ModelRow({ model }: { model: Model }) {
  const pull = pullOf(model.id);
  return (
    <li class="row model">
      <div class="row-text">
        <strong>{nameOf(model)}</strong>
        <span>{isRun(model) ? model.id : model.purpose || model.title}</span>
        <span class="soft">
          {[model.licence, model.bytes > 0 ? bytesText(model.bytes) : ''].filter(Boolean).join(' · ')}
        </span>
        {pull && isActive(pull) && <JobProgress job={pull} label={model.id} />}
        {pull?.state === 'failed' && !model.present && (
          <span class="outcome">
            <Icon name="warning" size={16} /> {pull.error?.detail}
          </span>
        )}
      </div>
      <div class="actions">
        {model.present ? (
          <span class="present">
            <Icon name="check" size={18} /> {t('models.present')}
          </span>
        ) : pull && isActive(pull) ? (
          <Button
            icon="stop"
            compact
            label={t('queue.stop', { name: model.id })}
            onPress={() => void command(pull.id, 'cancel')}
          />
        ) : (
          <Button icon="download" label={t('models.fetch')} onPress={() => void pullModel(model.id)}>
            <span class="unseen">{model.id}</span>
          </Button>
        )}
      </div>
    </li>
  );
}
