// The form of a task, made from its schema: pictures first, then the first group; every other group folded away.
import type { Request } from '../api/types.ts';
import { groupLabel } from '../i18n/index.ts';
import { FieldInput } from './field_input.tsx';
import { groupsOf, type Field, type FieldTrouble } from './fields.ts';

interface Props {
  fields: readonly Field[];
  draft: Request;
  onChange: (name: string, value: unknown) => void;
  troubles?: readonly FieldTrouble[];
  without?: readonly string[]; // shown elsewhere on the page
}

const countSet = (fields: readonly Field[], draft: Request): number =>
  fields.filter((field) => draft[field.name] !== undefined && draft[field.name] !== '').length;

export function SchemaForm({ fields, draft, onChange, troubles = [], without = [] }: Props) {
  const shown = fields.filter((field) => !without.includes(field.name));
  const [first, ...rest] = groupsOf(shown);
  const input = (field: Field) => (
    <FieldInput
      key={field.name}
      field={field}
      value={draft[field.name]}
      trouble={troubles.find((trouble) => trouble.field === field.name)}
      onChange={(value) => onChange(field.name, value)}
    />
  );
  if (!first) return null;
  return (
    <div class="schema-form">
      <div class="fields">{first.fields.map(input)}</div>
      {rest.map((group) => {
        const set = countSet(group.fields, draft);
        return (
          <details key={group.name} class="fold">
            <summary>
              {groupLabel(group.name)}
              {set > 0 && <span class="badge numbers">{set}</span>}
            </summary>
            <div class="fields">{group.fields.map(input)}</div>
          </details>
        );
      })}
    </div>
  );
}
