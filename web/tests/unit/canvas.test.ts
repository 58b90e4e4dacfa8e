import { describe, expect, it } from 'vitest';
import { advance, begin, redo, undo } from '../../src/canvas/history.ts';
import {
  blank,
  changeLayer,
  dropLayer,
  enlarged,
  fromPicture,
  maskAll,
  maskStrokes,
  moveLayer,
  noFrame,
  sketchStrokes,
  withFrame,
  withoutMask,
  withResult,
  withStroke,
  type Stroke,
} from '../../src/canvas/painting.ts';
import { widthAt } from '../../src/canvas/stroke_surface.ts';

const stroke = (kind: Stroke['kind']): Stroke => ({
  kind,
  colour: '#000',
  size: 10,
  points: [{ x: 1, y: 2, pressure: 1 }],
});

describe('history', () => {
  it('goes back and forth', () => {
    const three = advance(advance(begin(1), 2), 3);
    expect(undo(three).present).toBe(2);
    expect(undo(undo(three)).present).toBe(1);
    expect(undo(undo(undo(three))).present).toBe(1);
    expect(redo(undo(three)).present).toBe(3);
    expect(redo(three)).toBe(three);
  });
  it('forgets what was undone once something else is done', () => {
    const other = advance(undo(advance(begin(1), 2)), 5);
    expect(redo(other).present).toBe(5);
    expect(undo(other).present).toBe(1);
  });
  it('does not count what changes nothing, and keeps a hundred steps', () => {
    const one = begin(1);
    expect(advance(one, 1)).toBe(one);
    let long = one;
    for (let i = 2; i < 300; ++i) long = advance(long, i);
    expect(long.past).toHaveLength(100);
    expect(long.past[0]).toBe(199);
  });
});

describe('a painting', () => {
  const sheet = fromPicture('p', 100, 50, 'photo');
  it('tells mask from sketch', () => {
    const drawn = withStroke(withStroke(withStroke(sheet, stroke('mask')), stroke('pen')), stroke('unmask'));
    expect(maskStrokes(drawn).map(({ kind }) => kind)).toEqual(['mask', 'unmask']);
    expect(sketchStrokes(withoutMask(drawn))).toHaveLength(1);
    expect(maskStrokes(withoutMask(drawn))).toHaveLength(0);
    expect(sheet.strokes).toHaveLength(0);
  });
  it('is covered by a mask of everything', () => {
    const [all] = maskStrokes(maskAll(sheet));
    expect(all?.size).toBeGreaterThanOrEqual(2 * Math.hypot(50, 25));
  });
  it('reaches beyond in steps that models take', () => {
    expect(withFrame(sheet, 'left', 61).frame.left).toBe(64);
    expect(withFrame(sheet, 'left', -10).frame.left).toBe(0);
    expect(withFrame(sheet, 'top', 1e9).frame.top).toBe(2048);
  });
  it('takes a result as its uppermost layer, and grows by the frame', () => {
    const masked = withStroke(sheet, stroke('mask'));
    const grown = withResult(masked, 'r', 'result', { left: 64, right: 0, top: 0, bottom: 32 }, []);
    expect([grown.width, grown.height]).toEqual([164, 82]);
    expect(grown.layers.map(({ picture, x, y }) => [picture, x, y])).toEqual([
      ['p', 64, 0],
      ['r', 0, 0],
    ]);
    expect(grown.strokes).toEqual([]);
    expect(grown.frame).toEqual(noFrame);
  });
  it('moves what a layer is cut by along with it', () => {
    const first = withResult(sheet, 'r', 'result', noFrame, [stroke('mask')]);
    const second = withResult(first, 's', 'more', { left: 8, right: 0, top: 16, bottom: 0 }, []);
    expect(second.layers[1]?.clip[0]?.points[0]).toEqual({ x: 9, y: 18, pressure: 1 });
  });
  it('orders, changes and drops layers', () => {
    const two = withResult(sheet, 'r', 'result', noFrame, []);
    const [below, above] = two.layers.map(({ id }) => id);
    expect(moveLayer(two, below ?? '', 1).layers.map(({ id }) => id)).toEqual([above, below]);
    expect(moveLayer(two, above ?? '', 1)).toBe(two);
    expect(changeLayer(two, above ?? '', { opacity: 0.5 }).layers[1]?.opacity).toBe(0.5);
    expect(dropLayer(two, below ?? '').layers).toHaveLength(1);
    expect(moveLayer(blank(8, 8), 'none', 1).layers).toEqual([]);
  });
});

describe('a stroke', () => {
  it('follows the pressure of the pen, never thinner than a third', () => {
    const one = stroke('pen');
    expect(widthAt(one, { x: 0, y: 0, pressure: 1 })).toBeCloseTo(10);
    expect(widthAt(one, { x: 0, y: 0, pressure: 0 })).toBeCloseTo(3);
    expect(widthAt(one, { x: 0, y: 0, pressure: 7 })).toBeCloseTo(10);
  });
});

describe('a sheet that grows', () => {
  const sheet = withStroke(fromPicture('a', 100, 50, 'a'), stroke('mask'));
  it('takes layers and strokes along', () => {
    const grown = enlarged(sheet, { width: 200, height: 100 });
    expect(grown).toMatchObject({ width: 200, height: 100 });
    expect(grown.layers[0]).toMatchObject({ x: 0, width: 200, height: 100 });
    expect(grown.strokes[0]).toMatchObject({ size: 20, points: [{ x: 2, y: 4 }] });
  });
  it('ends at 4096 pixels, and does not shrink', () => {
    expect(enlarged(sheet, { width: 10000, height: 5000 })).toMatchObject({ width: 4096, height: 2048 });
    expect(enlarged(sheet, { width: 50, height: 25 })).toBe(sheet);
  });
});
