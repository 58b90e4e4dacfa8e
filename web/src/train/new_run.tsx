// The form of a new run, out of the schema of whatever trains here.
import { useState } from 'preact/hooks';
import { fieldsOf, toRequest, troublesOf } from '../form/fields.ts';
import { SchemaForm } from '../form/schema_form.tsx';
import { t } from '../i18n/index.ts';
import { submit } from '../state/actions.ts';
import { draftOf, setField } from '../state/drafts.ts';
import { capabilities, tasks } from '../state/studio.ts';

export function NewRun({ onBegun }: { onBegun: (id: string) => void }) {
  const task = tasks().find((one) => one.gives === 'run');
  const [checked, setChecked] = useState(false);
  if (!capabilities.value) return <p class="soft">{t('loading')}</p>;
  if (!task) return <p class="soft">{t('train.absent')}</p>;
  const fields = fieldsOf(task.schema);
  const draft = draftOf(task.name);
  const troubles = troublesOf(fields, draft);
  const begin = async () => {
    setChecked(true);
    if (troubles.length) return;
    const job = await submit(task.name, toRequest(fields, draft));
    if (job) onBegun(job.id);
  };
  return (
    <form
      noValidate
      class="new-run"
      aria-labelledby="new-run"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <h2 id="new-run">{t('train.new')}</h2>
      <p class="soft">{t('train.hint')}</p>
      <SchemaForm
        fields={fields}
        draft={draft}
        troubles={checked ? troubles : []}
        onChange={(name, value) => setField(task.name, name, value)}
      />
      <button type="submit" class="button main">
        {t('train.begin')}
      </button>
    </form>
  );
}
