// One field of a schema as a labelled input.
import { useId, useState } from 'preact/hooks';
import { Dropzone } from '../components/dropzone.tsx';
import { Icon } from '../components/icon.tsx';
import { fieldLabel, helpText, t } from '../i18n/index.ts';
import { models } from '../state/studio.ts';
import { isDial, parseList, stepOf, type Field, type FieldTrouble } from './fields.ts';

export interface FieldProps {
  field: Field;
  value: unknown; // undefined: left at its default
  onChange: (value: unknown) => void;
  trouble?: FieldTrouble | undefined;
  idle?: string; // what an untouched field shows instead of its schema default
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? '' : Array.isArray(value) ? value.join(', ') : String(value);

export const troubleText = (trouble: FieldTrouble): string =>
  t(`trouble.field.${trouble.reason}`, { name: fieldLabel(trouble.field), limit: trouble.limit ?? 0 });

export function FieldInput(props: FieldProps) {
  const { field } = props;
  if (field.kind === 'picture') return <PictureInput {...props} />;
  if (field.kind === 'toggle') return <Toggle {...props} />;
  return <LabelledInput {...props} />;
}

function PictureInput({ field, value, onChange }: FieldProps) {
  const ids = field.many ? (Array.isArray(value) ? (value as string[]) : []) : [];
  if (!field.many)
    return (
      <Dropzone
        label={fieldLabel(field.name)}
        help={field.help}
        value={textOf(value)}
        onPick={(id) => onChange(id || undefined)}
      />
    );
  const set = (index: number, id: string) => {
    const next = [...ids];
    if (id) next[index] = id;
    else next.splice(index, 1);
    onChange(next);
  };
  return (
    <div class={`picture-list${ids.length > 3 ? ' crowded' : ''}`}>
      {[...ids, ''].map((id, index) => (
        <Dropzone
          key={`${index}-${id}`}
          label={fieldLabel(field.name) + (ids.length ? ` ${index + 1}` : '')}
          help={field.help}
          value={id}
          onPick={(picked) => set(index, picked)}
          {...(id ? {} : { onPickMany: (picked: string[]) => onChange([...ids, ...picked]) })}
        />
      ))}
    </div>
  );
}

function Toggle({ field, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <div class="field toggle">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={Boolean(value ?? field.fallback)}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{fieldLabel(field.name)}</label>
      <Help id={`${id}-help`} text={helpText(field.name, field.help)} />
    </div>
  );
}

function LabelledInput(props: FieldProps) {
  const id = useId();
  const { field, trouble } = props;
  return (
    <div class={`field ${isDial(field) || field.name === 'seed' ? 'wide' : field.kind}`}>
      <div class="field-head">
        <label for={id}>{fieldLabel(field.name)}</label>
        <Help id={`${id}-help`} text={helpText(field.name, field.help)} />
      </div>
      <Control {...props} id={id} />
      {trouble && (
        <p class="field-trouble" id={`${id}-trouble`}>
          <Icon name="warning" size={16} /> {troubleText(trouble)}
        </p>
      )}
    </div>
  );
}

function Help({ id, text }: { id: string; text: string }) {
  return (
    <span class="help" id={id} title={text}>
      {text}
    </span>
  );
}

function Control(props: FieldProps & { id: string }) {
  const { field, id, trouble } = props;
  const said = { 'aria-describedby': `${id}-help${trouble ? ` ${id}-trouble` : ''}`, 'aria-invalid': Boolean(trouble) };
  if (field.kind === 'choice') return <Choice {...props} {...said} />;
  if (field.kind === 'model' && !field.many) return <ModelInput {...props} {...said} />;
  if (isDial(field)) return <Dial {...props} {...said} />;
  if (field.kind === 'number') return <NumberInput {...props} {...said} />;
  if (field.kind === 'list' || field.many) return <ListInput {...props} {...said} />;
  if (field.name.endsWith('prompt')) return <Prompt {...props} {...said} />;
  return (
    <input
      id={id}
      type="text"
      {...said}
      value={textOf(props.value)}
      placeholder={textOf(field.fallback)}
      onInput={(event) => props.onChange(event.currentTarget.value || undefined)}
    />
  );
}

type ControlProps = FieldProps & { id: string; 'aria-describedby': string; 'aria-invalid': boolean };
const said = (props: ControlProps) => ({
  id: props.id,
  'aria-describedby': props['aria-describedby'],
  'aria-invalid': props['aria-invalid'],
});

function Choice(props: ControlProps) {
  const { field, value, onChange } = props;
  const open = !field.choices.includes(textOf(field.fallback)); // nothing is chosen yet
  return (
    <select
      {...said(props)}
      value={textOf(value ?? field.fallback)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    >
      {open && <option value="">{t(field.required ? 'form.choose' : 'form.auto')}</option>}
      {field.choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}

function ModelInput(props: ControlProps) {
  const { value, onChange, id } = props;
  const here = models.value.filter((model) => model.present);
  return (
    <>
      <input
        {...said(props)}
        type="text"
        list={`${id}-models`}
        autocomplete="off"
        value={textOf(value)}
        placeholder={t('form.auto')}
        onInput={(event) => onChange(event.currentTarget.value || undefined)}
      />
      <datalist id={`${id}-models`}>
        {here.map((model) => (
          <option key={model.id} value={model.id}>
            {model.purpose || model.title}
          </option>
        ))}
      </datalist>
    </>
  );
}

function Dial(props: ControlProps) {
  const { field, value, onChange } = props;
  const now = typeof value === 'number' ? value : Number(field.fallback ?? field.min ?? 0);
  return (
    <div class="dial">
      <input
        {...said(props)}
        type="range"
        min={field.min}
        max={field.max}
        step={stepOf(field)}
        value={now}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <output class="numbers">{now}</output>
    </div>
  );
}

function NumberInput(props: ControlProps) {
  const { field, value, onChange, idle } = props;
  const input = (
    <input
      {...said(props)}
      type="number"
      inputMode={field.integer && (field.min ?? 0) >= 0 ? 'numeric' : 'text'}
      min={field.min}
      max={field.max}
      step={field.integer ? 1 : 'any'}
      value={textOf(value)}
      placeholder={
        idle ?? (field.fallback === 0 && /takes the/.test(field.help) ? t('form.auto') : textOf(field.fallback))
      }
      onInput={(event) => {
        const number = event.currentTarget.valueAsNumber;
        onChange(Number.isNaN(number) ? undefined : number);
      }}
    />
  );
  if (field.name !== 'seed') return input;
  return (
    <div class="with-button">
      {input}
      <button
        type="button"
        class="button compact"
        aria-label={t('form.roll')}
        title={t('form.roll')}
        onClick={() => onChange(Math.floor(Math.random() * 1e6))}
      >
        <Icon name="seed" />
      </button>
    </div>
  );
}

// What is typed stays as it is typed; the items are read from it.
function ListInput(props: ControlProps) {
  const { field, value, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      {...said(props)}
      type="text"
      value={typed ?? textOf(value)}
      placeholder={textOf(field.fallback)}
      onBlur={() => setTyped(null)}
      onInput={(event) => {
        setTyped(event.currentTarget.value);
        const items = parseList(field, event.currentTarget.value);
        onChange(items.length ? items : undefined);
      }}
    />
  );
}

function Prompt(props: ControlProps) {
  const { field, value, onChange } = props;
  return (
    <textarea
      {...said(props)}
      rows={field.name === 'prompt' ? 4 : 2}
      value={textOf(value)}
      placeholder={field.name === 'prompt' ? t('form.prompt_hint') : ''}
      onInput={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}
