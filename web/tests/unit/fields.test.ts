import { describe, expect, it } from 'vitest';
import {
  baseField,
  fieldOf,
  fieldsOf,
  groupsOf,
  isDial,
  maskField,
  parseList,
  toRequest,
  troublesOf,
} from '../../src/form/fields.ts';
import type { TaskSchema } from '../../src/api/types.ts';

const schema: TaskSchema = {
  required: ['content'],
  'x-order': ['prompt', 'content', 'styles', 'strength', 'size', 'flip', 'loss', 'layers', 'mask', 'tiles'],
  properties: {
    content: { type: 'string', 'x-kind': 'picture', 'x-group': 'Look' },
    flip: { type: 'boolean', default: false, 'x-group': 'Look' },
    layers: { type: 'array', items: { type: 'string' }, default: ['a'], 'x-group': 'Losses' },
    loss: { type: 'string', enum: ['l1', 'l2'], default: 'l2', 'x-group': 'Losses' },
    mask: { type: 'string', 'x-kind': 'picture', default: '', 'x-group': 'Look' },
    prompt: { type: 'string', default: '', 'x-group': 'Look' },
    size: { type: 'integer', minimum: 32, maximum: 4096, default: 512, 'x-group': 'Look' },
    strength: { type: 'number', minimum: 0, maximum: 1, default: 0.5, 'x-group': 'Look' },
    styles: { type: 'array', items: { type: 'string', 'x-kind': 'picture' }, 'x-group': 'Look' },
    tiles: { type: 'array', items: { type: 'integer' }, 'x-group': 'Large' },
  },
};
const fields = fieldsOf(schema);
const field = (name: string) => fields.find((one) => one.name === name) ?? expect.fail(`no ${name}`);

describe('fields of a schema', () => {
  it('stand in the order of their declaration', () => {
    expect(fields.map(({ name }) => name)).toEqual(schema['x-order']);
  });
  it('know their kind', () => {
    const kinds = Object.fromEntries(fields.map(({ name, kind }) => [name, kind]));
    expect(kinds).toEqual({
      prompt: 'text',
      content: 'picture',
      styles: 'picture',
      strength: 'number',
      size: 'number',
      flip: 'toggle',
      loss: 'choice',
      layers: 'list',
      mask: 'picture',
      tiles: 'list',
    });
    expect(field('styles').many).toBe(true);
    expect(field('content').required).toBe(true);
  });
  it('fall into groups, the first as declared', () => {
    expect(groupsOf(fields).map(({ name, fields: inside }) => [name, inside.length])).toEqual([
      ['Look', 7],
      ['Losses', 2],
      ['Large', 1],
    ]);
  });
  it('are dials between near ends only', () => {
    expect(isDial(field('strength'))).toBe(true);
    expect(isDial(field('size'))).toBe(false);
    expect(isDial(fieldOf('free', { type: 'number' }, false))).toBe(false);
  });
  it('tell the picture worked on from its mask', () => {
    expect(baseField(fields)?.name).toBe('content');
    expect(maskField(fields)?.name).toBe('mask');
  });
  it('take unions with null', () => {
    expect(fieldOf('n', { type: ['null', 'integer'] }, false).integer).toBe(true);
  });
});

describe('a request', () => {
  it('says only what was changed', () => {
    const draft = { prompt: '', size: 512, strength: 0.7, layers: ['a'], styles: [], loss: 'l1', unknown: 1 };
    expect(toRequest(fields, draft)).toEqual({ strength: 0.7, loss: 'l1' });
  });
  it('keeps 0 and false where they are not the default', () => {
    const on = fieldOf('on', { type: 'boolean', default: true }, false);
    expect(toRequest([on, field('strength')], { on: false, strength: 0 })).toEqual({ on: false, strength: 0 });
  });
});

describe('troubles', () => {
  it('name what is missing, too low, too high, no number', () => {
    expect(troublesOf(fields, {})).toEqual([{ field: 'content', reason: 'missing' }]);
    const draft = { content: 'x', size: 5000, strength: -1 };
    expect(troublesOf(fields, draft)).toEqual([
      { field: 'strength', reason: 'low', limit: 0 },
      { field: 'size', reason: 'high', limit: 4096 },
    ]);
    expect(troublesOf([field('size')], { size: NaN })).toEqual([{ field: 'size', reason: 'number' }]);
  });
});

describe('a typed list', () => {
  it('becomes numbers or words', () => {
    expect(parseList(field('tiles'), '64, 32,')).toEqual([64, 32]);
    expect(parseList(field('layers'), ' relu1 , relu2')).toEqual(['relu1', 'relu2']);
  });
});
