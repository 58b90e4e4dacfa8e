// From hands, picture by picture, to a pointer over the sheet.
import { indexTip, isPinched, pinchWidth, type Hand, type Landmark } from './hand.ts';
import { OneEuroFilter } from './one_euro.ts';

export interface Pointer {
  x: number; // from 0 to 1 across the sheet
  y: number;
  down: boolean; // the brush is on the sheet
}

// The part of the camera's picture that stands for the whole sheet: a finger reaches every edge while the hand below it stays in sight.
const reach = { left: 0.2, right: 0.8, top: 0.1, bottom: 0.7 };

const share = (value: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));

// As in a mirror: the camera's left is the painter's right.
export const placeOnSheet = (tip: Landmark): Landmark => ({
  x: share(1 - tip.x, reach.left, reach.right),
  y: share(tip.y, reach.top, reach.bottom),
});

const patience = 0.3; // seconds that a hand may be out of sight without letting go

export class HandPointer {
  private readonly x = new OneEuroFilter(1.2, 5);
  private readonly y = new OneEuroFilter(1.2, 5);
  private last: Pointer | null = null;
  private seen = 0;

  // seconds: when the picture was taken; aspect: its width by its height.
  see(hand: Hand | null, aspect: number, seconds: number): Pointer | null {
    const tip = hand?.[indexTip];
    if (!hand || !tip) return this.miss(seconds);
    const place = placeOnSheet(tip);
    this.seen = seconds;
    this.last = {
      x: this.x.filter(place.x, seconds),
      y: this.y.filter(place.y, seconds),
      down: isPinched(this.last?.down ?? false, pinchWidth(hand, aspect)),
    };
    return this.last;
  }

  private miss(seconds: number): Pointer | null {
    if (seconds - this.seen <= patience) return this.last;
    this.x.reset();
    this.y.reset();
    this.last = null;
    return null;
  }
}
