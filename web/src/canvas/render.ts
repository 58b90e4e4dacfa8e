// A painting drawn: on the screen with its mask tinted, and as the files that a task takes.
import { pictureUrl } from '../api/client.ts';
import { maskStrokes, sketchStrokes, type Layer, type Painting, type Stroke } from './painting.ts';
import { drawStroke, StrokeSurface } from './stroke_surface.ts';

const images = new Map<string, Promise<HTMLImageElement>>();
const ready = new Map<string, HTMLImageElement>();

export function imageOf(picture: string): Promise<HTMLImageElement> {
  let image = images.get(picture);
  if (!image) {
    image = new Promise((resolve, reject) => {
      const element = new Image();
      element.onload = () => {
        ready.set(picture, element);
        resolve(element);
      };
      element.onerror = () => {
        images.delete(picture);
        reject(new Error(`picture ${picture.slice(0, 8)} cannot be loaded`));
      };
      element.src = pictureUrl(picture);
    });
    images.set(picture, image);
  }
  return image;
}

function surface(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser cannot draw');
  return [canvas, context];
}

// Cut out under its strokes, on a surface as large as the layer.
function clipped(layer: Layer, image: CanvasImageSource): HTMLCanvasElement {
  const [canvas, context] = surface(layer.width, layer.height);
  context.translate(-layer.x, -layer.y);
  for (const stroke of layer.clip) drawStroke(context, stroke);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.drawImage(image, 0, 0, layer.width, layer.height);
  return canvas;
}

const cuts = new WeakMap<Stroke[], HTMLCanvasElement>();

function drawLayer(context: CanvasRenderingContext2D, layer: Layer): void {
  const image = ready.get(layer.picture);
  if (!image || !layer.visible) return;
  let source: CanvasImageSource = image;
  if (layer.clip.length) {
    const cut = cuts.get(layer.clip) ?? clipped(layer, image);
    cuts.set(layer.clip, cut);
    source = cut;
  }
  context.save();
  context.globalAlpha = layer.opacity;
  context.drawImage(source, layer.x, layer.y, layer.width, layer.height);
  context.restore();
}

export interface Surfaces {
  mask: StrokeSurface;
  sketch: StrokeSurface;
}

export function syncSurfaces(surfaces: Surfaces, painting: Painting): void {
  const { frame } = painting;
  const width = painting.width + frame.left + frame.right;
  const height = painting.height + frame.top + frame.bottom;
  surfaces.mask.sync(maskStrokes(painting), width, height, frame.left, frame.top);
  surfaces.sketch.sync(sketchStrokes(painting), width, height, frame.left, frame.top);
}

const tint = 0.5;

export function drawScreen(canvas: HTMLCanvasElement, painting: Painting, surfaces: Surfaces): void {
  const { frame } = painting;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.translate(frame.left, frame.top);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, painting.width, painting.height);
  for (const layer of painting.layers) drawLayer(context, layer);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(surfaces.sketch.canvas, 0, 0);
  context.globalAlpha = tint;
  context.drawImage(surfaces.mask.canvas, 0, 0);
  context.globalAlpha = 1;
}

async function layersReady(painting: Painting): Promise<void> {
  await Promise.all(painting.layers.map((layer) => imageOf(layer.picture)));
}

const fileOf = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture cannot be encoded'))), 'image/png'),
  );

function drawSketch(context: CanvasRenderingContext2D, painting: Painting): void {
  const sketch = new StrokeSurface();
  sketch.sync(sketchStrokes(painting), painting.width, painting.height);
  context.drawImage(sketch.canvas, 0, 0);
}

// What is seen, without mask and frame.
export async function flatFile(painting: Painting, withSketch: boolean): Promise<Blob> {
  await layersReady(painting);
  const [canvas, context] = surface(painting.width, painting.height);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of painting.layers) drawLayer(context, layer);
  if (withSketch) drawSketch(context, painting);
  return fileOf(canvas);
}

export async function sketchFile(painting: Painting): Promise<Blob> {
  const [canvas, context] = surface(painting.width, painting.height);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  drawSketch(context, painting);
  return fileOf(canvas);
}

// White where it is to be painted anew, black where it stays.
export async function maskFile(painting: Painting): Promise<Blob> {
  const [canvas, context] = surface(painting.width, painting.height);
  for (const stroke of maskStrokes(painting)) drawStroke(context, stroke);
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return fileOf(canvas);
}
