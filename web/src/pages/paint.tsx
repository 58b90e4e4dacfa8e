// Paint: the picture has the room; task, prompt and dials stand beside it.
import { useEffect, useState } from 'preact/hooks';
import { isActive } from '../api/types.ts';
import { JobCard } from '../components/job_card.tsx';
import { Stage } from '../components/stage.tsx';
import { PaintOrReset, TaskForm, useSubmission } from '../components/task_form.tsx';
import { fieldsOf, toRequest, troublesOf } from '../form/fields.ts';
import { SchemaForm } from '../form/schema_form.tsx';
import { summaryText, t, taskLabel } from '../i18n/index.ts';
import { draftOf, setField } from '../state/drafts.ts';
import { jobOf, jobs, refresh } from '../state/jobs.ts';
import { go, route } from '../state/route.ts';
import { storedSignal } from '../state/stored.ts';
import { capabilities, paintTasks, taskOf } from '../state/studio.ts';

const chosen = storedSignal('task', 'paint', (value): value is string => typeof value === 'string');

export function Paint() {
  const { query } = route.value;
  const wanted = query.get('task');
  useEffect(() => {
    if (wanted) chosen.value = wanted;
  }, [wanted]);
  const task = taskOf(wanted ?? chosen.value) ?? paintTasks()[0];
  const recent = jobs.value.filter((job) => paintTasks().some(({ name }) => name === job.task)).slice(0, 24);
  const asked = query.get('job');
  useEffect(() => {
    if (asked && !jobOf(asked)) void refresh(asked);
  }, [asked]);
  const shown = (asked ? jobOf(asked) : undefined) ?? recent.find(isActive) ?? recent[0];
  if (!capabilities.value || !task) return <p class="loading soft">{t('loading')}</p>;
  const show = (id: string) => go(`paint?task=${task.name}&job=${id}`);
  return (
    <div class="work">
      <section class="work-stage" aria-label={t('paint.picture')}>
        <h1 class="unseen">{t('nav.paint')}</h1>
        <Stage job={shown} onFollow={show} />
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
      <TaskPanel key={task.name} task={task.name} onPainted={show} />
    </div>
  );
}

function TaskPanel({ task, onPainted }: { task: string; onPainted: (id: string) => void }) {
  const fields = fieldsOf(taskOf(task)?.schema ?? {});
  const draft = draftOf(task);
  const [checked, setChecked] = useState(false);
  const { busy, send } = useSubmission(task, onPainted);
  const troubles = troublesOf(fields, draft);
  const paint = async () => {
    setChecked(true);
    if (!troubles.length && !busy) await send(toRequest(fields, draft));
  };
  return (
    <TaskForm hurried onSubmit={paint} foot={<PaintOrReset task={task} busy={busy} />}>
      <div class="field">
        <label for="task">{t('paint.task')}</label>
        <select id="task" value={task} onChange={(event) => go(`paint?task=${event.currentTarget.value}`)}>
          {paintTasks().map(({ name, summary }) => (
            <option key={name} value={name} title={summaryText(name, summary)}>
              {taskLabel(name)}
            </option>
          ))}
        </select>
        <p class="hint soft">{summaryText(task, taskOf(task)?.summary ?? '')}</p>
      </div>
      <SchemaForm
        fields={fields}
        draft={draft}
        troubles={checked ? troubles : []}
        onChange={(name, value) => setField(task, name, value)}
      />
    </TaskForm>
  );
}
