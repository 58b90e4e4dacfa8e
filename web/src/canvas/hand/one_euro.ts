// Smooths what trembles and follows what moves: a low pass whose cutoff rises with speed. Casiez, Roussel and Vogel, "1€ Filter: A
// Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems", CHI 2012; the names are theirs.
const alphaOf = (cutoff: number, period: number): number => 1 / (1 + 1 / (2 * Math.PI * cutoff * period));

const dcutoff = 1; // Hz

export class OneEuroFilter {
  private last: { x: number; dx: number; seconds: number } | undefined;

  // mincutoff in Hz: how still a still hand is; beta: how little a fast one lags, in Hz for a speed of one unit a second.
  constructor(
    private readonly mincutoff: number,
    private readonly beta: number,
  ) {}

  filter(value: number, seconds: number): number {
    const last = this.last;
    if (!last) {
      this.last = { x: value, dx: 0, seconds };
      return value;
    }
    const period = seconds - last.seconds;
    if (period <= 0) return last.x;
    const dx = last.dx + alphaOf(dcutoff, period) * ((value - last.x) / period - last.dx);
    const x = last.x + alphaOf(this.mincutoff + this.beta * Math.abs(dx), period) * (value - last.x);
    this.last = { x, dx, seconds };
    return x;
  }

  reset(): void {
    this.last = undefined;
  }
}
