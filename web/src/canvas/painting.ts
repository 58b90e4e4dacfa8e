// What lies on the canvas: pictures as layers, strokes over them, and a frame that may reach beyond. Plain values, never changed in
// place, so that undo is a list of them.
export interface Point {
  x: number;
  y: number;
  pressure: number; // 0 to 1
}

export type StrokeKind = 'mask' | 'unmask' | 'pen' | 'rub';

export interface Stroke {
  kind: StrokeKind;
  colour: string;
  size: number; // diameter at full pressure, in pixels of the picture
  points: Point[];
}

export interface Layer {
  id: string;
  picture: string;
  name: string;
  visible: boolean;
  opacity: number;
  x: number;
  y: number;
  width: number;
  height: number;
  clip: Stroke[]; // shown only under these; empty: all of it
}

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Painting {
  width: number;
  height: number;
  layers: Layer[];
  strokes: Stroke[];
  frame: Frame;
}

export const noFrame: Frame = { left: 0, right: 0, top: 0, bottom: 0 };
export const isMask = (stroke: Stroke): boolean => stroke.kind === 'mask' || stroke.kind === 'unmask';
export const maskStrokes = (painting: Painting): Stroke[] => painting.strokes.filter(isMask);
export const sketchStrokes = (painting: Painting): Stroke[] => painting.strokes.filter((stroke) => !isMask(stroke));
export const hasFrame = ({ frame }: Painting): boolean => frame.left + frame.right + frame.top + frame.bottom > 0;

export const blank = (width: number, height: number): Painting => ({
  width,
  height,
  layers: [],
  strokes: [],
  frame: noFrame,
});

let count = 0;
const layerId = (): string => `${Date.now().toString(36)}-${(++count).toString(36)}`;

export function fromPicture(picture: string, width: number, height: number, name: string): Painting {
  const layer: Layer = { id: layerId(), picture, name, visible: true, opacity: 1, x: 0, y: 0, width, height, clip: [] };
  return { ...blank(width, height), layers: [layer] };
}

export const withStroke = (painting: Painting, stroke: Stroke): Painting => ({
  ...painting,
  strokes: [...painting.strokes, stroke],
});

export const withoutMask = (painting: Painting): Painting => ({ ...painting, strokes: sketchStrokes(painting) });

// A stroke as wide as the picture covers all of it.
export function maskAll(painting: Painting): Painting {
  const { width, height } = painting;
  const points = [
    { x: width / 2, y: height / 2, pressure: 1 },
    { x: width / 2 + 0.1, y: height / 2, pressure: 1 },
  ];
  return withStroke(painting, { kind: 'mask', colour: '', size: 2 * Math.hypot(width, height), points });
}

const multiple = 8; // of pixels, as diffusion models want them

export function withFrame(painting: Painting, side: keyof Frame, pixels: number): Painting {
  const rounded = Math.round(Math.min(2048, Math.max(0, pixels)) / multiple) * multiple;
  return { ...painting, frame: { ...painting.frame, [side]: rounded } };
}

export const changeLayer = (painting: Painting, id: string, patch: Partial<Layer>): Painting => ({
  ...painting,
  layers: painting.layers.map((layer) => (layer.id === id ? { ...layer, ...patch } : layer)),
});

export const dropLayer = (painting: Painting, id: string): Painting => ({
  ...painting,
  layers: painting.layers.filter((layer) => layer.id !== id),
});

export function moveLayer(painting: Painting, id: string, by: number): Painting {
  const from = painting.layers.findIndex((layer) => layer.id === id);
  const to = from + by;
  const layers = [...painting.layers];
  const [layer] = from < 0 ? [] : layers.splice(from, 1);
  if (!layer || to < 0 || to > layers.length) return painting;
  layers.splice(to, 0, layer);
  return { ...painting, layers };
}

const shifted = (stroke: Stroke, x: number, y: number): Stroke => ({
  ...stroke,
  points: stroke.points.map((point) => ({ ...point, x: point.x + x, y: point.y + y })),
});

const scaled = (stroke: Stroke, x: number, y: number): Stroke => ({
  ...stroke,
  size: stroke.size * Math.sqrt(x * y),
  points: stroke.points.map((point) => ({ ...point, x: point.x * x, y: point.y * y })),
});

export const largestSide = 4096; // of a sheet

// The sheet grows to the size of a picture, never shrinks.
export function enlarged(painting: Painting, size: { width: number; height: number }): Painting {
  const fit = Math.min(1, largestSide / Math.max(size.width, size.height));
  const [width, height] = [Math.round(size.width * fit), Math.round(size.height * fit)];
  if (width <= painting.width || height <= painting.height) return painting;
  const [x, y] = [width / painting.width, height / painting.height];
  const layers = painting.layers.map((layer) => ({
    ...layer,
    x: layer.x * x,
    y: layer.y * y,
    width: layer.width * x,
    height: layer.height * y,
    clip: layer.clip.map((stroke) => scaled(stroke, x, y)),
  }));
  return { ...painting, width, height, layers, strokes: painting.strokes.map((stroke) => scaled(stroke, x, y)) };
}

// What came back becomes the uppermost layer; a frame that reached beyond becomes the picture's edge.
export function withResult(painting: Painting, picture: string, name: string, frame: Frame, clip: Stroke[]): Painting {
  const width = painting.width + frame.left + frame.right;
  const height = painting.height + frame.top + frame.bottom;
  const moved = painting.layers.map((layer) => ({
    ...layer,
    x: layer.x + frame.left,
    y: layer.y + frame.top,
    clip: layer.clip.map((stroke) => shifted(stroke, frame.left, frame.top)),
  }));
  const layer: Layer = { id: layerId(), picture, name, visible: true, opacity: 1, x: 0, y: 0, width, height, clip };
  return { width, height, layers: [...moved, layer], strokes: [], frame: noFrame };
}
