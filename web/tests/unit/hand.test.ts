import { describe, expect, it } from 'vitest';
import { bones, isPinched, pinchWidth, type Hand } from '../../src/canvas/hand/hand.ts';
import { HandPointer, placeOnSheet } from '../../src/canvas/hand/hand_pointer.ts';
import { OneEuroFilter } from '../../src/canvas/hand/one_euro.ts';

// A palm of 0.2 upright under an index finger at x, y, with the thumb `gap` palms to its side. aspect: of the camera's picture.
function handAt(x: number, y: number, gap: number, aspect = 1): Hand {
  const hand = Array.from({ length: 21 }, () => ({ x, y: y + 0.3 }));
  hand[8] = { x, y };
  hand[4] = { x: x + (gap * 0.2) / aspect, y };
  hand[9] = { x, y: y + 0.1 };
  return hand;
}

describe('a hand', () => {
  it('has a bone to each of its 21 points', () => {
    expect(new Set(bones.flat())).toEqual(new Set(Array.from({ length: 21 }, (_, i) => i)));
    expect(bones).toHaveLength(21);
  });
  it('is pinched as wide near the camera as far from it', () => {
    expect(pinchWidth(handAt(0.5, 0.4, 0.5), 1)).toBeCloseTo(0.5);
    const far = handAt(0.5, 0.4, 0.5).map(({ x, y }) => ({ x: x / 3, y: y / 3 }));
    expect(pinchWidth(far, 1)).toBeCloseTo(0.5);
  });
  it('is pinched as wide in a wide picture as in a square one', () => {
    expect(pinchWidth(handAt(0.5, 0.4, 0.5, 16 / 9), 16 / 9)).toBeCloseTo(0.5);
  });
  it('keeps a pinch that opens a little, and begins none so', () => {
    const widths = [0.6, 0.3, 0.24, 0.3, 0.4, 0.43, 0.3, 0.24];
    let pinched = false;
    const seen = widths.map((width) => (pinched = isPinched(pinched, width)));
    expect(seen).toEqual([false, false, true, true, true, false, false, true]);
  });
});

// Worked by hand after the paper: alpha = 1 / (1 + tau / Te) with tau = 1 / (2 pi fc); at Te = 0.1 s and fc = 1 Hz, tau = 0.159155 s and
// alpha = 0.385870.
describe('the One Euro filter', () => {
  it('passes the first value as it is', () => {
    expect(new OneEuroFilter(1, 0).filter(0.7, 3)).toBe(0.7);
  });
  it('is a plain low pass where beta is 0', () => {
    const filter = new OneEuroFilter(1, 0);
    filter.filter(0, 0);
    expect(filter.filter(1, 0.1)).toBeCloseTo(0.38587, 5);
    expect(filter.filter(1, 0.2)).toBeCloseTo(0.622844, 5); // 0.385870 + 0.385870 * 0.614130
  });
  it('lets its cutoff rise with speed', () => {
    const filter = new OneEuroFilter(1, 1);
    filter.filter(0, 0);
    // dx = 0.385870 * 10 = 3.85870, fc = 4.85870, tau = 0.0327567, alpha = 0.753258
    expect(filter.filter(1, 0.1)).toBeCloseTo(0.753258, 5);
  });
  it('stands still where no time has passed, and begins anew after a reset', () => {
    const filter = new OneEuroFilter(1, 1);
    filter.filter(0, 0);
    expect(filter.filter(1, 0)).toBe(0);
    filter.reset();
    expect(filter.filter(1, 0.1)).toBe(1);
  });
});

describe('a place on the sheet', () => {
  it('is as in a mirror', () => {
    expect(placeOnSheet({ x: 0.5, y: 0.4 })).toEqual({ x: expect.closeTo(0.5), y: expect.closeTo(0.5) });
    expect(placeOnSheet({ x: 0.35, y: 0.25 })).toEqual({ x: expect.closeTo(0.75), y: expect.closeTo(0.25) });
  });
  it('reaches the edges before the hand leaves the picture, and not beyond them', () => {
    expect(placeOnSheet({ x: 0.8, y: 0.1 })).toEqual({ x: expect.closeTo(0), y: 0 });
    expect(placeOnSheet({ x: 0.05, y: 0.9 })).toEqual({ x: 1, y: 1 });
  });
});

describe('a pointer led by a hand', () => {
  it('goes down with a pinch and up with an open hand', () => {
    const pointer = new HandPointer();
    expect(pointer.see(handAt(0.5, 0.4, 1), 1, 0)?.down).toBe(false);
    expect(pointer.see(handAt(0.5, 0.4, 0.1), 1, 0.04)?.down).toBe(true);
    expect(pointer.see(handAt(0.5, 0.4, 1), 1, 0.08)?.down).toBe(false);
  });
  it('stays where it was for a moment in which no hand is found', () => {
    const pointer = new HandPointer();
    const last = pointer.see(handAt(0.5, 0.4, 0.1), 1, 1);
    expect(pointer.see(null, 1, 1.2)).toBe(last);
    expect(pointer.see(null, 1, 1.4)).toBeNull();
  });
  it('does not come from where it was before the hand was lost', () => {
    const pointer = new HandPointer();
    pointer.see(handAt(0.7, 0.4, 0.1), 1, 1);
    pointer.see(null, 1, 2);
    const back = pointer.see(handAt(0.35, 0.4, 1), 1, 2.04);
    expect(back).toEqual({ x: expect.closeTo(0.75), y: expect.closeTo(0.5), down: false });
  });
});
