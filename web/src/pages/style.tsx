// Style: a photograph or a film, a painting, a few dials, and a line to draw between before and after.
import { useEffect, useState } from 'preact/hooks';
import { pictureUrl } from '../api/client.ts';
import { isActive, type Job, type Request } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { CompareSlider } from '../components/compare_slider.tsx';
import { Dropzone } from '../components/dropzone.tsx';
import { JobCard } from '../components/job_card.tsx';
import { Stage } from '../components/stage.tsx';
import { PaintOrReset, TaskForm, useSubmission } from '../components/task_form.tsx';
import { fieldsOf, pictureFields, toRequest, troublesOf, type Field } from '../form/fields.ts';
import { SchemaForm } from '../form/schema_form.tsx';
import { troubleText } from '../form/field_input.tsx';
import { fieldLabel, t } from '../i18n/index.ts';
import { draftOf, setField } from '../state/drafts.ts';
import { jobOf, jobs } from '../state/jobs.ts';
import { complain } from '../state/notices.ts';
import { go, route } from '../state/route.ts';
import { capabilities, taskOf } from '../state/studio.ts';

const task = 'stylize';
const main = ['content', 'style'];

export default function Style() {
  const fields = fieldsOf(taskOf(task)?.schema ?? {});
  const asked = route.value.query.get('job');
  const given = route.value.query.get('picture');
  useEffect(() => {
    if (given) setField(task, 'content', given);
  }, [given]);
  const recent = jobs.value.filter((job) => job.task === task).slice(0, 24);
  const shown = (asked ? jobOf(asked) : undefined) ?? recent.find(isActive) ?? recent[0];
  if (!capabilities.value) return <p class="loading soft">{t('loading')}</p>;
  if (fields.length === 0) return <p class="loading soft">{t('style.absent')}</p>;
  const show = (id: string) => go(`style?job=${id}`);
  return (
    <div class="work">
      <section class="work-stage" aria-label={t('paint.picture')}>
        <h1 class="unseen">{t('nav.style')}</h1>
        {shown ? (
          <Result job={shown} onFollow={show} />
        ) : (
          <div class="stage beginning">
            <div class="beginning-pair">
              <Pair fields={fields} />
            </div>
          </div>
        )}
        {recent.length > 1 && (
          <ul class="strip" aria-label={t('paint.recent')}>
            {recent.map((job) => (
              <li key={job.id}>
                <JobCard job={job} current={job.id === shown?.id} onPick={() => show(job.id)} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <StylePanel fields={fields} withPair={shown !== undefined} onPainted={show} />
    </div>
  );
}

function Result({ job, onFollow }: { job: Job | undefined; onFollow: (id: string) => void }) {
  const [comparing, setComparing] = useState(false);
  const picture = job?.pictures[0];
  const before = job?.request['content'];
  const comparable =
    picture && picture.media_type.startsWith('image/') && typeof before === 'string' && /^[0-9a-f]{64}$/.test(before);
  const button = (
    <Button icon="eye" label={t('compare.show')} pressed={comparing} onPress={() => setComparing(!comparing)} />
  );
  if (!comparable || !comparing) return <Stage job={job} onFollow={onFollow} extra={comparable && button} />;
  return (
    <>
      <div class="stage">
        <CompareSlider before={pictureUrl(before)} after={picture.url} width={picture.width} height={picture.height} />
      </div>
      <div class="stage-foot centred">{button}</div>
    </>
  );
}

// Photograph and painting, dropped or chosen.
function Pair({ fields }: { fields: Field[] }) {
  const draft = draftOf(task);
  const styles = stylesOf(draft);
  const many = fields.some((field) => field.name === 'style' && field.many);
  const setStyle = (id: string) =>
    setField(task, 'style', many ? (id ? [id, ...styles.slice(1)] : styles.slice(1)) : id || undefined);
  return (
    <>
      {pictureFields(fields)
        .filter((field) => main.includes(field.name))
        .map((field) => (
          <Dropzone
            key={field.name}
            large
            films={field.name === 'content'}
            label={t(field.name === 'style' ? 'style.painting' : 'style.photograph')}
            help={field.help}
            value={field.name === 'style' ? (styles[0] ?? '') : String(draft[field.name] ?? '')}
            onPick={(id) => (field.name === 'style' ? setStyle(id) : setField(task, field.name, id || undefined))}
          />
        ))}
    </>
  );
}

const stylesOf = (draft: Request): string[] => {
  const given = draft['style'];
  return Array.isArray(given) ? (given as string[]) : given ? [String(given)] : [];
};

interface PanelProps {
  fields: Field[];
  withPair: boolean;
  onPainted: (id: string) => void;
}

function StylePanel({ fields, withPair, onPainted }: PanelProps) {
  const draft = draftOf(task);
  const { busy, send } = useSubmission(task, onPainted);
  const more = stylesOf(draft).length - 1;
  const paint = async () => {
    const missing = [
      ...troublesOf(fields, draft),
      ...(stylesOf(draft).length || draft['model'] ? [] : [{ field: 'style', reason: 'missing' as const }]),
      ...(draft['content'] ? [] : [{ field: 'content', reason: 'missing' as const }]),
    ][0];
    if (missing) complain(new Error(troubleText(missing)));
    else await send(toRequest(fields, draft));
  };
  return (
    <TaskForm onSubmit={paint} foot={<PaintOrReset task={task} busy={busy} />}>
      {withPair && (
        <div class="pair">
          <Pair fields={fields} />
        </div>
      )}
      {more > 0 && <p class="hint soft">{t('style.more', { n: more, name: fieldLabel('style') })}</p>}
      <SchemaForm
        fields={fields}
        draft={draft}
        without={main}
        onChange={(name, value) => setField(task, name, value)}
      />
    </TaskForm>
  );
}
