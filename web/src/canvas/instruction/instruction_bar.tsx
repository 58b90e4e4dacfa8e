// Edits in words: what is typed is read while it is typed, and what would be done is said before it is.
import { useEffect, useState } from 'preact/hooks';
import { isActive } from '../../api/types.ts';
import { fieldsOf, maskField } from '../../form/fields.ts';
import { fieldLabel, language, t, taskLabel } from '../../i18n/index.ts';
import { jobOf } from '../../state/jobs.ts';
import { complain } from '../../state/notices.ts';
import { models, taskOf } from '../../state/studio.ts';
import { maskStrokes, sketchStrokes, withoutMask, type Painting } from '../painting.ts';
import { pending } from '../state.ts';
import { send } from '../submit.ts';
import { isStep, planFor, type Plan, type Situation, type Step } from './plan.ts';

const pause = 400; // ms without a key before it is read

const situationOf = (sheet: Painting): Situation => ({
  width: sheet.width,
  height: sheet.height,
  empty: sheet.layers.length + sketchStrokes(sheet).length === 0,
  masked: maskStrokes(sheet).length > 0,
  frame: sheet.frame,
  models: models.value,
});

function stepText(step: Step, masked: boolean): string {
  const [list, gap] = language.value === 'zh' ? ['、', '：'] : [', ', ' '];
  const plan = t('instruction.plan', {
    task: taskLabel(step.task),
    effects: step.effects.map((effect) => t(`instruction.effect.${effect}`)).join(list),
    settings: Object.entries(step.request)
      .map(([name, value]) => `${fieldLabel(name)}${gap}${String(value)}`)
      .join(list),
  });
  return step.reach === 'under' && masked ? t('instruction.masked', { plan }) : plan;
}

const planText = (plan: Plan, masked: boolean): string =>
  isStep(plan) ? stepText(plan, masked) : t(plan.refusal, plan.values);

// A task is handed only what the step means for it.
async function run(step: Step, sheet: Painting): Promise<string> {
  const fields = fieldsOf(taskOf(step.task)?.schema ?? {});
  const painting = step.reach === 'whole' ? withoutMask(sheet) : sheet;
  const taken = step.reach === 'handed' ? fields : fields.filter((field) => field !== maskField(fields));
  return (await send(step.task, { ...painting, frame: step.frame }, taken, step.request)).id;
}

export function InstructionBar({ sheet }: { sheet: Painting }) {
  const [sentence, setSentence] = useState('');
  const [read, setRead] = useState('');
  const [sending, setSending] = useState(false);
  const [last, setLast] = useState<{ job: string; text: string } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setRead(sentence), pause);
    return () => clearTimeout(timer);
  }, [sentence]);

  const busy = sending || Boolean(pending.value);
  const situation = situationOf(sheet);
  const submit = async () => {
    setRead(sentence);
    if (busy || !sentence.trim()) return;
    const plan = planFor(sentence, situation);
    if (!isStep(plan)) return;
    setSending(true);
    try {
      setLast({ job: await run(plan, sheet), text: planText(plan, situation.masked) });
      setSentence('');
      setRead('');
    } catch (reason) {
      complain(reason);
    }
    setSending(false);
  };
  const status = read.trim() ? planText(planFor(read, situation), situation.masked) : last ? reportOf(last) : '';
  return (
    <form
      class="instruction"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label for="instruction">{t('instruction.label')}</label>
      <input
        id="instruction"
        type="text"
        maxLength={300}
        autocomplete="off"
        enterkeyhint="go"
        placeholder={t('instruction.example')}
        aria-describedby="instruction-plan"
        value={sentence}
        onInput={(event) => setSentence(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={busy || !sentence.trim()}>
        {t('instruction.go')}
      </button>
      <p id="instruction-plan" class="soft" role="status">
        {status}
      </p>
    </form>
  );
}

function reportOf({ job: id, text: plan }: { job: string; text: string }): string {
  const job = jobOf(id);
  if (job && isActive(job)) return t('instruction.under_way', { plan });
  return job?.state === 'done' ? t('instruction.done', { plan }) : '';
}
