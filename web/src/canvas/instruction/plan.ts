// What will be done about a sentence: one request of an existing task, or one reason why not.
import type { Model, Request } from '../../api/types.ts';
import type { Key } from '../../i18n/index.ts';
import { largestSide, noFrame, type Frame } from '../painting.ts';
import { ruleOf, type Act, type EffectName } from './rules.ts';
import { understand, type Understanding, type Wanted } from './understand.ts';

export interface Situation {
  width: number;
  height: number;
  empty: boolean; // no picture, no sketch
  masked: boolean;
  frame: Frame; // dragged beyond the edge already
  models: readonly Model[];
}

// Where it works: as the task does with the mask that it is handed, under the mask, or on the whole sheet.
export type Reach = 'handed' | 'under' | 'whole';

export interface Step {
  effects: (EffectName | 'free')[];
  task: string;
  request: Request;
  reach: Reach;
  frame: Frame;
}

export interface Refusal {
  refusal: Key;
  values: Record<string, string | number>;
}

export type Plan = Step | Refusal;

export const isStep = (plan: Plan): plan is Step => 'task' in plan;

const refuse = (refusal: Key, values: Refusal['values'] = {}): Refusal => ({ refusal, values });
const step = (task: string, request: Request, reach: Reach, frame: Frame = noFrame): Step => ({
  effects: [],
  task,
  request,
  reach,
  frame,
});

const isHere = (models: readonly Model[], name: string): boolean =>
  models.some(({ id, present }) => id === name && present);
const round = (value: number): number => Number(value.toFixed(3));

// A step of a chain as `inkstone post` reads it.
function filterText({ rule, factor, times }: Wanted): string {
  const { act } = rule;
  if (act.by === 'chain') return act.chain;
  if (act.by !== 'dial') throw new Error(`${rule.name} is no filter`);
  const { filter, usual, most, stops } = act;
  const asked = stops && times ? Math.sign(usual) * Math.log2(times) : usual * (times ?? factor);
  return `${filter}:${round(Math.min(most, Math.max(-most, asked)))}`;
}

// Without its network an effect is done by another one, where there is such.
function atHand(wanted: Wanted, models: readonly Model[]): Wanted {
  const { act } = wanted.rule;
  if (act.by !== 'restore' || !act.otherwise || act.models.some((name) => isHere(models, name))) return wanted;
  return { ...wanted, rule: ruleOf(act.otherwise) };
}

const isFilter = ({ rule }: Wanted): boolean => rule.act.by === 'dial' || rule.act.by === 'chain';

function enlarge({ factor, times }: Wanted, { width, height }: Situation): Plan {
  const scale = times ?? (factor === 1 ? 2 : factor < 1 ? 1.5 : 4);
  if (scale * Math.max(width, height) > largestSide) return refuse('instruction.too_large', { largest: largestSide });
  return step('upscale', { scale }, 'whole');
}

function stylize(models: string[], factor: number, { width, height, models: known }: Situation): Plan {
  const model = models.find((name) => isHere(known, name));
  if (!model) return refuse('instruction.fetch', { model: models[0] ?? '' });
  const size = Math.min(largestSide, Math.max(32, width, height));
  return step('stylize', { model, size, ...(factor < 1 ? { 'style-strength': factor } : {}) }, 'under');
}

function restore(act: Extract<Act, { by: 'restore' }>, factor: number, { masked, models }: Situation): Plan {
  if (act.mask === 'wanted' && !masked) return refuse('instruction.no_mask');
  const model = act.models.find((name) => isHere(models, name));
  if (act.models.length && !model) return refuse('instruction.fetch', { model: act.models[0] ?? '' });
  return step(
    'restore',
    {
      task: act.task,
      ...(model ? { model } : {}),
      ...(factor < 1 && !act.mask ? { strength: factor } : {}),
    },
    act.mask ? 'handed' : 'under',
  );
}

// Checkpoints tell what they are by their names alone.
const paintsBeyond = /^(?!.*(instruct|pix2pix)).*(inpaint|stable.?diffusion|\bsd.?(v?[12]|xl))/i;
const readsInstructions = /instruct|pix2pix/i;
const checkpoint = (models: readonly Model[], name: RegExp): string | undefined =>
  models.find(({ id, title, source, present }) => present && source !== 'rule' && name.test(`${id} ${title}`))?.id;

const multiple = 8; // of pixels, as diffusion models want them

function outpaint(sides: readonly (keyof Frame)[], factor: number, situation: Situation): Plan {
  const model = checkpoint(situation.models, paintsBeyond);
  if (!model) return refuse('instruction.no_outpainter');
  const dragged = Object.values(situation.frame).some((pixels) => pixels > 0);
  const reach = (side: keyof Frame): number => {
    const length = side === 'left' || side === 'right' ? situation.width : situation.height;
    return Math.max(multiple, Math.round((length * factor) / 4 / multiple) * multiple);
  };
  const frame = dragged
    ? situation.frame
    : { ...noFrame, ...Object.fromEntries(sides.map((side) => [side, reach(side)])) };
  const { left, right, top, bottom } = frame;
  return step('paint', { model, outpaint: [left, right, top, bottom] }, 'whole', frame);
}

function main(wanted: Wanted, situation: Situation): Plan {
  const { act } = wanted.rule;
  switch (act.by) {
    case 'enlarge':
      return enlarge(wanted, situation);
    case 'style':
      return stylize(act.models, wanted.factor, situation);
    case 'restore':
      return restore(act, wanted.factor, situation);
    case 'outpaint':
      return outpaint(act.sides, wanted.factor, situation);
    default:
      return step('post', {}, 'under');
  }
}

function planKnown({ wanted, here }: Understanding, situation: Situation): Plan {
  if (here && !situation.masked) return refuse('instruction.no_mask');
  const doable = wanted.map((one) => atHand(one, situation.models));
  const filters = doable.filter(isFilter);
  const others = doable.filter((one) => !isFilter(one));
  const first = others[0] ?? filters[0];
  if (!first || others.length > 1) return refuse('instruction.one_at_a_time');
  const plan = main(first, situation);
  if (!isStep(plan)) return plan;
  const chain = filters.map(filterText).join(',');
  return {
    ...plan,
    effects: [...others, ...filters].map(({ rule }) => rule.name as EffectName),
    request: { ...plan.request, ...(chain ? { [plan.task === 'post' ? 'chain' : 'post']: chain } : {}) },
  };
}

// What no rule knows is for a model that reads instructions.
function planFree(sentence: string, { models }: Situation): Plan {
  const model = checkpoint(models, readsInstructions);
  if (!model) return refuse('instruction.unknown');
  if (/\p{Script=Han}/u.test(sentence)) return refuse('instruction.english_only', { model });
  return { ...step('paint', { model, prompt: sentence.trim() }, 'under'), effects: ['free'] };
}

export function planFor(sentence: string, situation: Situation): Plan {
  if (situation.empty) return refuse('instruction.no_picture');
  const understood = understand(sentence);
  const known = understood && planKnown(understood, situation);
  if (known && (isStep(known) || !understood.guessed)) return known;
  const free = planFree(sentence, situation);
  return known && !isStep(free) ? known : free;
}
