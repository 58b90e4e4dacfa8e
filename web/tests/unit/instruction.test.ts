import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/api/types.ts';
import { isStep, planFor, type Situation } from '../../src/canvas/instruction/plan.ts';
import { rules } from '../../src/canvas/instruction/rules.ts';
import { understand } from '../../src/canvas/instruction/understand.ts';
import { noFrame } from '../../src/canvas/painting.ts';
import { en } from '../../src/i18n/en.ts';
import { zh } from '../../src/i18n/zh.ts';

// The program's own sources; the page may be built and tested elsewhere.
const source = process.env.SOURCE ?? join(import.meta.dirname, '../../..');
const model = (id: string, source = 'catalogue'): Model => ({
  id,
  title: id,
  purpose: '',
  licence: '',
  source,
  bytes: 0,
  present: true,
});
const sheet: Situation = {
  width: 640,
  height: 480,
  empty: false,
  masked: false,
  frame: noFrame,
  models: ['starry-night', 'great-wave', 'the-scream', 'composition-vii'].map((id) => model(id)),
};
const masked = { ...sheet, masked: true };
const having = (...models: Model[]): Situation => ({ ...sheet, models: [...sheet.models, ...models] });

// [task, request] of what would be done, else why not.
function said(sentence: string, situation = sheet): unknown {
  const plan = planFor(sentence, situation);
  return isStep(plan) ? [plan.task, plan.request] : plan.refusal;
}
const chain = (text: string) => ['post', { chain: text }];

describe('filters in words', () => {
  it.each([
    ['brighter', '亮一点儿吧', 'exposure:0.5', 'exposure:0.25'],
    ['Make it darker, please!', '把画面调暗', 'exposure:-0.5', 'exposure:-0.5'],
    ['more contrast', '提高对比度', 'contrast:0.3', 'contrast:0.3'],
    ['less contrast', '对比度低一些', 'contrast:-0.3', 'contrast:-0.15'],
    ['sharper', '锐化', 'sharpen:0.6', 'sharpen:0.6'],
    ['warmer', '暖色调', 'temperature:0.3', 'temperature:0.3'],
    ['less warm', '太暖了', 'temperature:-0.3', 'temperature:-0.3'],
    ['turn it into black and white', '变成黑白照片', 'saturation:-1', 'saturation:-1'],
    ['remove the colours', '去掉颜色', 'saturation:-1', 'saturation:-1'],
    ['as watercolour', '改成水彩画风格', 'watercolour', 'watercolour'],
    ['as a watercolor painting', '水彩', 'watercolour', 'watercolour'],
    ['pencil drawing', '變成鉛筆畫', 'pencil', 'pencil'],
    ['in coloured pencil', '彩铅', 'pencil:color=1', 'pencil:color=1'],
    ['like an oil painting', '看起来像油画', 'oil', 'oil'],
  ])('%s, %s', (english, chinese, inEnglish, inChinese) => {
    expect(said(english)).toEqual(chain(inEnglish));
    expect(said(chinese)).toEqual(chain(inChinese));
  });
  it('take how much, before or after', () => {
    expect(said('a little brighter')).toEqual(chain('exposure:0.25'));
    expect(said('brighter, but just a bit warmer')).toEqual(chain('exposure:0.5,temperature:0.15'));
    expect(said('much more contrast')).toEqual(chain('contrast:0.6'));
    expect(said('twice as bright')).toEqual(chain('exposure:1'));
    expect(said('half as bright')).toEqual(chain('exposure:-1'));
    expect(said('16 times brighter')).toEqual(chain('exposure:3'));
    expect(said('稍微亮一点')).toEqual(chain('exposure:0.25'));
    expect(said('亮很多，再暖一点')).toEqual(chain('exposure:1,temperature:0.15'));
    expect(said('很鲜艳')).toEqual(chain('saturation:0.6'));
  });
  it('keep the order they are said in', () => {
    expect(said('black and white and more contrast, then a vignette')).toEqual(
      chain('saturation:-1,contrast:0.3,vignette:0.4'),
    );
    expect(said('黑白，然后加颗粒')).toEqual(chain('saturation:-1,grain:0.15'));
  });
  it('name filters that the program has', () => {
    const table = readFileSync(join(source, 'src/post/filter_table.cpp'), 'utf8');
    const names = rules.flatMap(({ act }) =>
      act.by === 'dial'
        ? [act.filter]
        : act.by === 'chain'
          ? act.chain.split(',').map((step) => step.split(':')[0] ?? '')
          : [],
    );
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !table.includes(`("${name}"`))).toEqual([]);
  });
});

describe('larger', () => {
  it.each([
    ['larger', '放大', 2],
    ['twice as large', '放大两倍', 2],
    ['4 times larger', '放大四倍', 4],
    ['x3', '放大3倍', 3],
    ['a little bigger', '稍微放大一点', 1.5],
    ['much bigger', '放大很多', 4],
  ])('%s, %s', (english, chinese, scale) => {
    expect(said(english === 'x3' ? 'enlarge x3' : english)).toEqual(['upscale', { scale }]);
    expect(said(chinese)).toEqual(['upscale', { scale }]);
  });
  it('has an end', () => {
    expect(said('8 times larger')).toBe('instruction.too_large');
    expect(said('half as large')).toBe('instruction.unknown');
  });
  it('leaves the mask aside, and takes filters with it', () => {
    expect(planFor('enlarge and sharpen', masked)).toMatchObject({
      reach: 'whole',
      request: { scale: 2, post: 'sharpen:0.6' },
      effects: ['larger', 'sharper'],
    });
  });
});

describe('styles', () => {
  it.each([
    ['in the style of starry night', '星空风格', 'starry-night'],
    ["Van Gogh's Starry Night style", '用梵高的星空风格画', 'starry-night'],
    ['like the great wave', '浮世绘', 'great-wave'],
    ['the scream', '像呐喊一样', 'the-scream'],
    ['Composition VII', '康定斯基风格', 'composition-vii'],
  ])('%s, %s', (english, chinese, name) => {
    expect(said(english)).toEqual(['stylize', { model: name, size: 640 }]);
    expect(said(chinese)).toEqual(['stylize', { model: name, size: 640 }]);
  });
  it('are weaker where little is asked', () =>
    expect(said('a little like the scream')).toEqual([
      'stylize',
      { model: 'the-scream', size: 640, 'style-strength': 0.5 },
    ]));
  it('of the catalogue need their network', () => {
    expect(said('as a cartoon')).toBe('instruction.fetch');
    expect(said('卡通', having(model('animegan3')))).toEqual(['stylize', { model: 'animegan3', size: 640 }]);
  });
});

describe('repairs', () => {
  const filled = ['restore', { task: 'scratches' }];
  it.each([
    'remove this',
    'Remove this dog.',
    'remove the lamp on the left',
    '去掉这个',
    '把这个去掉',
    '把左边的人去掉',
  ])('%s: what the mask covers', (sentence) => {
    expect(said(sentence, masked)).toEqual(filled);
    expect(said(sentence)).toBe('instruction.no_mask');
  });
  it('take the better network where it is here', () => {
    expect(said('去掉这个', { ...masked, models: [model('migan')] })).toEqual([
      'restore',
      { task: 'erase', model: 'migan' },
    ]);
    expect(planFor('remove this', masked)).toMatchObject({ effects: ['fill'], reach: 'handed' });
    expect(said('denoise', having(model('dncnn')))).toEqual(['restore', { task: 'denoise', model: 'dncnn' }]);
  });
  it('do with a filter where it is not', () => {
    expect(said('remove the noise')).toEqual(chain('denoise:0.5'));
    expect(said('去噪')).toEqual(chain('denoise:0.5'));
    expect(said('remove rain')).toBe('instruction.fetch');
  });
  it('find scratches themselves, or under the mask', () => {
    expect(said('repair scratches')).toEqual(['restore', { task: 'scratches' }]);
    expect(planFor('修复划痕', masked)).toMatchObject({ task: 'restore', reach: 'handed' });
  });
  it('go with filters but not with each other', () => {
    expect(said('remove this and make it brighter', masked)).toEqual([
      'restore',
      { task: 'scratches', post: 'exposure:0.5' },
    ]);
    expect(said('repair scratches and enlarge')).toBe('instruction.one_at_a_time');
  });
});

describe('beyond the edge', () => {
  const painter = having(model('file:sd-inpainting.safetensors', 'file'));
  it('takes a model that can', () => {
    expect(said('wider')).toBe('instruction.no_outpainter');
    expect(said('更宽', having(model('file:instruct-pix2pix-sd1.safetensors', 'file')))).toBe(
      'instruction.no_outpainter',
    );
  });
  it('reaches a quarter on either side, or as far as was dragged', () => {
    expect(planFor('wider', painter)).toMatchObject({
      task: 'paint',
      request: { outpaint: [160, 160, 0, 0] },
      frame: { left: 160, right: 160, top: 0, bottom: 0 },
    });
    expect(said('扩图', { ...painter, frame: { ...noFrame, top: 64 } })).toEqual([
      'paint',
      { model: 'file:sd-inpainting.safetensors', outpaint: [0, 0, 64, 0] },
    ]);
  });
});

describe('what no rule knows', () => {
  const unknown = [
    'add a dog',
    'put a hat on him',
    'please',
    'make the black dog brighter',
    '加一只狗',
    '把猫变成狗',
    '？',
  ];
  it.each(unknown)('%s', (sentence) => {
    expect(understand(sentence)).toBeNull();
    expect(said(sentence)).toBe('instruction.unknown');
  });
  it('is answered by what is known', () => {
    for (const { 'instruction.unknown': sentence } of [en, zh]) {
      const examples = (sentence.split(/Try: |可以说：/)[1] ?? '').replace(/[.。]$/, '').split(/, |、/);
      expect(examples.length).toBeGreaterThan(9);
      expect(examples.filter((example) => !understand(example))).toEqual([]);
    }
  });
  it('is for a model that reads instructions', () => {
    const free = having(model('file:instruct-pix2pix.safetensors', 'file'));
    expect(said('add a dog', free)).toEqual([
      'paint',
      { model: 'file:instruct-pix2pix.safetensors', prompt: 'add a dog' },
    ]);
    expect(said('remove the lamp', free)).toEqual([
      'paint',
      { model: 'file:instruct-pix2pix.safetensors', prompt: 'remove the lamp' },
    ]);
    expect(said('加一只狗', free)).toBe('instruction.english_only');
    expect(said('brighter', free)).toEqual(chain('exposure:0.5'));
  });
  it('has no opposite', () => {
    expect(said('not black and white')).toBe('instruction.unknown');
    expect(said('不要黑白')).toBe('instruction.unknown');
  });
});

describe('the place', () => {
  it('is the mask', () => {
    expect(planFor('brighter here', masked)).toMatchObject({ task: 'post', reach: 'under' });
    expect(said('brighter here')).toBe('instruction.no_mask');
    expect(said('这里亮一点')).toBe('instruction.no_mask');
    expect(said('這裡亮一點', masked)).toEqual(chain('exposure:0.25'));
  });
  it('holds a picture', () => expect(said('brighter', { ...sheet, empty: true })).toBe('instruction.no_picture'));
});
