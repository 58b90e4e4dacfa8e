// Canvas: mask, sketch, reach beyond the edge; what is painted comes back as a layer.
import { useEffect, useState } from 'preact/hooks';
import { pictureUrl } from '../api/client.ts';
import { isActive } from '../api/types.ts';
import { HandPanel } from '../canvas/hand/hand_panel.tsx';
import { InstructionBar } from '../canvas/instruction/instruction_bar.tsx';
import { LayersPanel } from '../canvas/layers_panel.tsx';
import { blank, enlarged, fromPicture, sketchStrokes, withResult, type Painting } from '../canvas/painting.ts';
import { imageOf } from '../canvas/render.ts';
import { Sheet } from '../canvas/sheet.tsx';
import { canvasTask, change, painting, pending } from '../canvas/state.ts';
import { guideField, send } from '../canvas/submit.ts';
import { Toolbar } from '../canvas/toolbar.tsx';
import { Button } from '../components/button.tsx';
import { Dropzone } from '../components/dropzone.tsx';
import { titleOf } from '../components/job_card.tsx';
import { JobProgress } from '../components/job_progress.tsx';
import { PaintButton, TaskForm } from '../components/task_form.tsx';
import { baseField, fieldsOf, maskField, type Field } from '../form/fields.ts';
import { SchemaForm } from '../form/schema_form.tsx';
import { t, taskLabel } from '../i18n/index.ts';
import { command } from '../state/actions.ts';
import { draftOf, setField } from '../state/drafts.ts';
import { jobOf } from '../state/jobs.ts';
import { complain } from '../state/notices.ts';
import { go, route } from '../state/route.ts';
import type { TaskInfo } from '../api/types.ts';
import { capabilities, picturesTasks } from '../state/studio.ts';

const largest = 2048;

async function open(picture: string): Promise<void> {
  try {
    const image = await imageOf(picture);
    const scale = Math.min(1, largest / Math.max(image.naturalWidth, image.naturalHeight));
    change(
      fromPicture(
        picture,
        Math.round(image.naturalWidth * scale),
        Math.round(image.naturalHeight * scale),
        t('canvas.picture'),
      ),
    );
  } catch (reason) {
    complain(reason);
  }
}

// Tasks that take a picture, those that know a mask first.
function canvasTasks(): TaskInfo[] {
  const takes = picturesTasks().filter((task) => baseField(fieldsOf(task.schema)));
  const masks = (task: TaskInfo) => (maskField(fieldsOf(task.schema)) ? 0 : 1);
  return takes.sort((a, b) => masks(a) - masks(b));
}

function usePendingResult(): void {
  const waiting = pending.value;
  const job = waiting ? jobOf(waiting.job) : undefined;
  useEffect(() => {
    const sheet = painting.value;
    if (!waiting || !job || isActive(job)) return;
    pending.value = null;
    const result = job.pictures[0];
    if (job.state === 'failed') complain(new Error(job.error?.detail ?? ''));
    if (!result || !sheet) return;
    const grown = job.task === 'upscale' && !waiting.clip.length ? enlarged(sheet, result) : sheet;
    change(withResult(grown, result.id, titleOf(job), waiting.frame, waiting.clip));
  }, [waiting, job?.state]);
}

export default function Canvas() {
  const given = route.value.query.get('picture');
  useEffect(() => {
    if (!given) return;
    void open(given);
    history.replaceState(null, '', '#/canvas');
  }, [given]);
  usePendingResult();
  const sheet = painting.value;
  if (!capabilities.value) return <p class="loading soft">{t('loading')}</p>;
  return (
    <div class={sheet ? 'work canvas-page' : 'work alone'}>
      <section class="work-stage" aria-label={t('nav.canvas')}>
        <h1 class="unseen">{t('nav.canvas')}</h1>
        {sheet ? (
          <>
            <Toolbar painting={sheet} />
            <HandPanel />
            <InstructionBar sheet={sheet} />
            <div class="stage">
              <Sheet painting={sheet} />
            </div>
          </>
        ) : (
          <Beginning />
        )}
      </section>
      {sheet && <CanvasPanel sheet={sheet} />}
    </div>
  );
}

function Beginning() {
  return (
    <div class="stage beginning">
      <div class="beginning-box">
        <Dropzone large label={t('canvas.open')} value="" onPick={(id) => id && void open(id)} />
        <p class="soft">{t('canvas.or')}</p>
        <div class="actions">
          <Button label={t('canvas.blank_square')} onPress={() => change(blank(512, 512))} />
          <Button label={t('canvas.blank_wide')} onPress={() => change(blank(768, 512))} />
          <Button label={t('canvas.blank_tall')} onPress={() => change(blank(512, 768))} />
        </div>
        <a href="#/gallery">{t('canvas.from_gallery')}</a>
      </div>
    </div>
  );
}

function CanvasPanel({ sheet }: { sheet: Painting }) {
  const offered = canvasTasks();
  const task = offered.find((one) => one.name === canvasTask.value) ?? offered[0];
  const [guides, setGuides] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!task) return null;
  const fields = fieldsOf(task.schema);
  const job = pending.value ? jobOf(pending.value.job) : undefined;
  const paint = async () => {
    setBusy(true);
    try {
      await send(task.name, sheet, fields, draftOf(task.name), guides);
    } catch (reason) {
      complain(reason);
    }
    setBusy(false);
  };
  return (
    <TaskForm
      onSubmit={paint}
      foot={
        job && isActive(job) ? (
          <>
            <JobProgress job={job} />
            {job.preview && <img class="panel-preview" src={job.preview} alt={t('stage.preview')} />}
            <Button icon="stop" label={t('action.stop')} onPress={() => void command(job.id, 'cancel')} />
          </>
        ) : (
          <>
            <PaintButton busy={busy} />
            <Keep sheet={sheet} />
          </>
        )
      }
    >
      <div class="field">
        <label for="task">{t('paint.task')}</label>
        <select id="task" value={task.name} onChange={(event) => (canvasTask.value = event.currentTarget.value)}>
          {offered.map(({ name }) => (
            <option key={name} value={name}>
              {taskLabel(name)}
            </option>
          ))}
        </select>
        <p class="hint soft">{t(maskField(fields) ? 'canvas.masks' : 'canvas.cuts')}</p>
      </div>
      {sketchStrokes(sheet).length > 0 && guideField(fields) && (
        <div class="field toggle">
          <input
            id="guides"
            type="checkbox"
            role="switch"
            checked={guides}
            onChange={(event) => setGuides(event.currentTarget.checked)}
          />
          <label for="guides">{t('canvas.sketch_guides')}</label>
        </div>
      )}
      <LayersPanel painting={sheet} />
      <SchemaForm
        fields={fields}
        draft={draftOf(task.name)}
        without={handled(fields)}
        onChange={(name, value) => setField(task.name, name, value)}
      />
    </TaskForm>
  );
}

// Drawn on the sheet, hence not asked for in the form.
const handled = (fields: readonly Field[]): string[] =>
  [baseField(fields)?.name, maskField(fields)?.name, 'outpaint', 'invert-mask'].filter((name) => name !== undefined);

// The uppermost picture as it came: to its page, where it is downloaded with its recipe.
function Keep({ sheet }: { sheet: Painting }) {
  const last = sheet.layers.at(-1);
  if (!last) return null;
  return (
    <a
      class="button compact"
      href={pictureUrl(last.picture)}
      aria-label={t('canvas.to_picture')}
      title={t('canvas.to_picture')}
      onClick={(event) => {
        event.preventDefault();
        go(`picture/${last.picture}`);
      }}
    >
      ↗
    </a>
  );
}
