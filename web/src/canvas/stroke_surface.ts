// A transparent surface that strokes are drawn on. It remembers which it has, so that a new one costs only itself; after an undo it
// begins again.
import type { Point, Stroke } from './painting.ts';

const thinnest = 0.3; // share of the width that no pressure leaves

export const widthAt = (stroke: Stroke, point: Point): number =>
  stroke.size * (thinnest + (1 - thinnest) * Math.min(1, Math.max(0, point.pressure)));

const removes = (stroke: Stroke): boolean => stroke.kind === 'unmask' || stroke.kind === 'rub';

function dot(context: CanvasRenderingContext2D, stroke: Stroke, point: Point): void {
  context.beginPath();
  context.arc(point.x, point.y, widthAt(stroke, point) / 2, 0, 2 * Math.PI);
  context.fill();
}

export function drawStroke(context: CanvasRenderingContext2D, stroke: Stroke, from = 0, maskColour = '#fff'): void {
  const colour = stroke.kind === 'pen' ? stroke.colour : maskColour;
  context.save();
  context.globalCompositeOperation = removes(stroke) ? 'destination-out' : 'source-over';
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineCap = 'round';
  for (let i = Math.max(0, from); i < stroke.points.length; ++i) {
    const point = stroke.points[i];
    const before = stroke.points[i - 1];
    if (!point) continue;
    if (!before) {
      dot(context, stroke, point);
      continue;
    }
    context.lineWidth = (widthAt(stroke, before) + widthAt(stroke, point)) / 2;
    context.beginPath();
    context.moveTo(before.x, before.y);
    context.lineTo(point.x, point.y);
    context.stroke();
  }
  context.restore();
}

export class StrokeSurface {
  readonly canvas = document.createElement('canvas');
  private drawn: readonly Stroke[] = [];

  constructor(private readonly maskColour = '#fff') {}

  // x0 and y0: where the picture's corner lies on the surface.
  sync(strokes: readonly Stroke[], width: number, height: number, x0 = 0, y0 = 0): void {
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const grown = this.canvas.width !== width || this.canvas.height !== height || this.origin !== `${x0},${y0}`;
    const continued = !grown && this.drawn.every((stroke, index) => stroke === strokes[index]);
    if (!continued) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.drawn = [];
    }
    this.origin = `${x0},${y0}`;
    context.setTransform(1, 0, 0, 1, x0, y0);
    for (const stroke of strokes.slice(this.drawn.length)) drawStroke(context, stroke, 0, this.maskColour);
    this.drawn = strokes;
  }
  private origin = '';

  // The stroke that is being drawn, from its point number `from` on; the next sync draws it anew and for good.
  extend(stroke: Stroke, from: number): void {
    const context = this.canvas.getContext('2d');
    if (context) drawStroke(context, stroke, from, this.maskColour);
  }

  forget(): void {
    this.origin = '';
  }
}
