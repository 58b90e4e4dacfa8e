// What the pages that paint share: the panel of a task as a form, its foot, and one submission at a time.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { submit } from '../state/actions.ts';
import { setDraft } from '../state/drafts.ts';
import { Button } from './button.tsx';

interface TaskFormProps {
  onSubmit: () => Promise<void>;
  hurried?: boolean; // Ctrl or Command with Enter submits from every field
  foot: ComponentChildren;
  children: ComponentChildren;
}

export function TaskForm({ onSubmit, hurried, foot, children }: TaskFormProps) {
  return (
    <form
      noValidate
      class="panel"
      aria-label={t('paint.settings')}
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
      onKeyDown={(event) => {
        if (hurried && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void onSubmit();
      }}
    >
      <div class="panel-scroll">{children}</div>
      <div class="panel-foot">{foot}</div>
    </form>
  );
}

export function PaintButton({ busy }: { busy: boolean }) {
  return (
    <button type="submit" class="button main" disabled={busy}>
      {t('paint.go')}
    </button>
  );
}

// Paint, or begin the task's form anew.
export function PaintOrReset({ task, busy }: { task: string; busy: boolean }) {
  return (
    <>
      <PaintButton busy={busy} />
      <Button icon="undo" compact label={t('paint.reset')} onPress={() => setDraft(task, {})} />
    </>
  );
}

// busy while a request is on its way; onPainted gets the job's id.
export function useSubmission(task: string, onPainted: (id: string) => void) {
  const [busy, setBusy] = useState(false);
  const send = async (request: Parameters<typeof submit>[1]) => {
    setBusy(true);
    const job = await submit(task, request);
    setBusy(false);
    if (job) onPainted(job.id);
  };
  return { busy, send };
}
