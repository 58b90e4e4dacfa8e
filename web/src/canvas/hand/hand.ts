// A hand as MediaPipe finds it: 21 points of the camera's picture, x to the right and y down, both from 0 to 1, and how wide a pinch is.
export interface Landmark {
  x: number;
  y: number;
}
export type Hand = readonly Landmark[];

const wrist = 0;
const thumbTip = 4;
export const indexTip = 8;
const middleKnuckle = 9;

// Pairs of points with a bone between them.
export const bones: readonly (readonly [number, number])[] = [
  ...[1, 5, 9, 13, 17].flatMap((root) => [0, 1, 2].map((i) => [root + i, root + i + 1] as const)),
  ...[0, 1, 5, 9, 13, 17].map((at, i, palm) => [at, palm[(i + 1) % palm.length] ?? 0] as const),
];

function distance(hand: Hand, from: number, to: number, aspect: number): number {
  const [a, b] = [hand[from], hand[to]];
  return a && b ? Math.hypot((a.x - b.x) * aspect, a.y - b.y) : 0;
}

// From thumb to index finger, as a share of the palm's length, so that near and far hands are alike. aspect: of the camera's picture.
export const pinchWidth = (hand: Hand, aspect: number): number =>
  distance(hand, thumbTip, indexTip, aspect) / (distance(hand, wrist, middleKnuckle, aspect) || 1);

const closes = 0.25;
const opens = 0.42;

// What closes a pinch is narrower than what opens it again: a trembling hand does not break a stroke.
export const isPinched = (was: boolean, width: number): boolean => width < (was ? opens : closes);
