// The sheet that is drawn on, by mouse, finger or pen, or by a hand before the camera.
import { untracked, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { FrameHandles } from './frame_handles.tsx';
import { handPointer } from './hand/state.ts';
import { withStroke, type Painting, type Point, type Stroke } from './painting.ts';
import { drawScreen, imageOf, syncSurfaces, type Surfaces } from './render.ts';
import { brush, change, penColour, tool, zoom } from './state.ts';
import { StrokeSurface } from './stroke_surface.ts';

const maskColour = '#d0391f';

// A mouse has no pressure and says 0.5; a finger often says 0.
const pressureOf = (event: PointerEvent): number => (event.pointerType === 'pen' ? event.pressure : 1);

type Drawer = 'pointer' | 'hand';

function useSurfaces(): Surfaces {
  const kept = useRef<Surfaces | null>(null);
  kept.current ??= { mask: new StrokeSurface(maskColour), sketch: new StrokeSurface() };
  return kept.current;
}

export function Sheet({ painting }: { painting: Painting }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const surfaces = useSurfaces();
  const live = useRef<{ stroke: Stroke; by: Drawer } | null>(null);
  const { frame } = painting;
  const width = painting.width + frame.left + frame.right;
  const height = painting.height + frame.top + frame.bottom;

  const redraw = () => {
    if (!canvas.current) return;
    syncSurfaces(surfaces, painting);
    drawScreen(canvas.current, painting, surfaces);
  };
  useLayoutEffect(redraw, [painting]);
  useEffect(() => {
    let gone = false;
    for (const layer of painting.layers)
      void imageOf(layer.picture)
        .then(() => !gone && redraw())
        .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [painting.layers]);

  // x and y: from 0 to 1 across the sheet.
  const placeAt = (x: number, y: number, pressure = 1): Point => ({
    x: Math.round((x * width - frame.left) * 10) / 10,
    y: Math.round((y * height - frame.top) * 10) / 10,
    pressure: Math.round(pressure * 100) / 100,
  });
  const pointOf = (event: PointerEvent): Point => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0, pressure: 1 };
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return placeAt(x, y, pressureOf(event));
  };
  const surfaceOf = (stroke: Stroke) =>
    stroke.kind === 'mask' || stroke.kind === 'unmask' ? surfaces.mask : surfaces.sketch;

  // The one path of a stroke, whoever draws it: one at a time.
  const begin = (by: Drawer, point: Point): boolean => {
    if (tool.value === 'hand' || tool.value === 'frame' || live.current) return false;
    live.current = { stroke: { kind: tool.value, colour: penColour.value, size: brush.value, points: [] }, by };
    extend(by, [point]);
    return true;
  };
  const extend = (by: Drawer, points: Point[]) => {
    if (live.current?.by !== by || !canvas.current) return;
    const { stroke } = live.current;
    const from = stroke.points.length;
    stroke.points.push(...points);
    surfaceOf(stroke).extend(stroke, from);
    drawScreen(canvas.current, painting, surfaces);
  };
  const end = (by: Drawer) => {
    if (live.current?.by !== by) return;
    const { stroke } = live.current;
    live.current = null;
    surfaceOf(stroke).forget();
    change(withStroke(painting, stroke));
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || !begin('pointer', pointOf(event))) return;
    event.preventDefault();
    canvas.current?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const events = event.getCoalescedEvents?.() ?? [];
    extend('pointer', (events.length ? events : [event]).map(pointOf));
  };
  const cancel = () => {
    if (live.current?.by !== 'pointer') return;
    surfaceOf(live.current.stroke).forget();
    live.current = null;
    redraw();
  };
  useSignalEffect(() => {
    const hand = handPointer.value;
    untracked(() => {
      if (!hand?.down) end('hand');
      else if (live.current) extend('hand', [placeAt(hand.x, hand.y)]);
      else begin('hand', placeAt(hand.x, hand.y));
    });
  });
  return (
    <div
      class="sheet"
      style={{ aspectRatio: `${width} / ${height}`, '--ratio': String(width / height), '--zoom': String(zoom.value) }}
    >
      <canvas
        ref={canvas}
        width={width}
        height={height}
        class={`tool-${tool.value}`}
        role="img"
        aria-label={t('canvas.sheet', { width: painting.width, height: painting.height })}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => end('pointer')}
        onPointerCancel={cancel}
      />
      {tool.value === 'frame' && <FrameHandles painting={painting} />}
      <HandCursor brush={brush.value / width} />
    </div>
  );
}

// Where the hand is, as wide as the brush. brush: as a share of the sheet's width.
function HandCursor({ brush }: { brush: number }) {
  const hand = handPointer.value;
  if (!hand) return null;
  const style = { left: `${hand.x * 100}%`, top: `${hand.y * 100}%`, width: `${brush * 100}%` };
  return <span class={hand.down ? 'hand-cursor down' : 'hand-cursor'} style={style} aria-hidden="true" />;
}
