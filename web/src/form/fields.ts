// From the JSON Schema of a task to the fields of a form, and from what was filled in back to a request. Nothing here knows a task.
import type { FieldSchema, Request, TaskSchema } from '../api/types.ts';

export type FieldKind = 'text' | 'number' | 'toggle' | 'choice' | 'picture' | 'model' | 'list';

export interface Field {
  name: string;
  kind: FieldKind;
  many: boolean; // an array in the request
  integer: boolean;
  required: boolean;
  help: string;
  group: string;
  fallback: unknown;
  min?: number;
  max?: number;
  choices: string[];
}

export interface FieldGroup {
  name: string;
  fields: Field[];
}

const typeOf = (schema: FieldSchema): string => {
  const type = schema.type;
  return (Array.isArray(type) ? type.find((one) => one !== 'null') : type) ?? 'string';
};

function kindOf(schema: FieldSchema, one: FieldSchema, many: boolean): FieldKind {
  const special = schema['x-kind'] ?? one['x-kind'];
  if (special === 'picture' || special === 'model') return special;
  if (many) return 'list';
  if (one.enum ?? schema.enum) return 'choice';
  switch (typeOf(one)) {
    case 'boolean':
      return 'toggle';
    case 'integer':
    case 'number':
      return 'number';
    default:
      return 'text';
  }
}

export function fieldOf(name: string, schema: FieldSchema, required: boolean): Field {
  const many = typeOf(schema) === 'array';
  const one = many ? (schema.items ?? {}) : schema;
  const min = one.minimum ?? schema.minimum;
  const max = one.maximum ?? schema.maximum;
  return {
    name,
    kind: kindOf(schema, one, many),
    many,
    integer: typeOf(one) === 'integer',
    required,
    help: schema.description ?? '',
    group: schema['x-group'] ?? '',
    fallback: schema.default,
    choices: one.enum ?? schema.enum ?? schema['x-choices'] ?? one['x-choices'] ?? [],
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

export function fieldsOf(schema: TaskSchema): Field[] {
  const required = new Set(schema.required ?? []);
  const properties = schema.properties ?? {};
  const order = schema['x-order'] ?? Object.keys(properties);
  return order.flatMap((name) => {
    const field = properties[name];
    return field ? [fieldOf(name, field, required.has(name))] : [];
  });
}

// In the order of the schema: the first group is what a person meets, the others are folded away.
export function groupsOf(fields: readonly Field[]): FieldGroup[] {
  const groups: FieldGroup[] = [];
  for (const field of fields) {
    const group = groups.find((one) => one.name === field.group);
    if (group) group.fields.push(field);
    else groups.push({ name: field.group, fields: [field] });
  }
  return groups;
}

// A number between two near ends is a dial; others are typed.
export function isDial(field: Field): boolean {
  if (field.kind !== 'number' || field.many || field.min === undefined || field.max === undefined) return false;
  return field.max - field.min <= 20;
}

export const stepOf = (field: Field): number =>
  field.integer ? 1 : field.max !== undefined && field.max <= 1 ? 0.01 : 0.1;

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// Only what was changed goes into a request, so that the recipe of a picture says what its painter said.
export function toRequest(fields: readonly Field[], draft: Request): Request {
  const request: Request = {};
  for (const field of fields) {
    const value = draft[field.name];
    if (!isEmpty(value) && !same(value, field.fallback)) request[field.name] = value;
  }
  return request;
}

export interface FieldTrouble {
  field: string;
  reason: 'missing' | 'number' | 'low' | 'high';
  limit?: number;
}

export function troublesOf(fields: readonly Field[], draft: Request): FieldTrouble[] {
  return fields.flatMap((field) => troubleOf(field, draft[field.name]));
}

function troubleOf(field: Field, value: unknown): FieldTrouble[] {
  if (isEmpty(value))
    return field.required && isEmpty(field.fallback) ? [{ field: field.name, reason: 'missing' }] : [];
  if (field.kind !== 'number') return [];
  if (typeof value !== 'number' || !Number.isFinite(value)) return [{ field: field.name, reason: 'number' }];
  if (field.min !== undefined && value < field.min) return [{ field: field.name, reason: 'low', limit: field.min }];
  if (field.max !== undefined && value > field.max) return [{ field: field.name, reason: 'high', limit: field.max }];
  return [];
}

// "a, b" as the items that a list field takes.
export function parseList(field: Field, text: string): unknown[] {
  const parts = text.split(',').map((part) => part.trim());
  const items = parts.filter((part) => part !== '');
  if (field.integer || (field.min !== undefined && items.every((item) => Number.isFinite(Number(item)))))
    return items.map(Number);
  return items;
}

// The field that a picture dropped on a task goes to, and the one that a mask goes to.
export const pictureFields = (fields: readonly Field[]): Field[] => fields.filter((field) => field.kind === 'picture');
export const maskField = (fields: readonly Field[]): Field | undefined =>
  pictureFields(fields).find((field) => field.name === 'mask' && !field.many);
export const baseField = (fields: readonly Field[]): Field | undefined =>
  pictureFields(fields).find((field) => field.name !== 'mask' && !field.many);
export const promptField = (fields: readonly Field[]): Field | undefined =>
  fields.find((field) => field.kind === 'text' && field.name === 'prompt');
