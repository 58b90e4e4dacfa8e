// The sheet that is drawn on, by mouse, finger or pen.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { FrameHandles } from './frame_handles.tsx';
import { withStroke, type Painting, type Point, type Stroke } from './painting.ts';
import { drawScreen, imageOf, syncSurfaces, type Surfaces } from './render.ts';
import { brush, change, penColour, tool, zoom } from './state.ts';
import { StrokeSurface } from './stroke_surface.ts';

const maskColour = '#d0391f';

// A mouse has no pressure and says 0.5; a finger often says 0.
const pressureOf = (event: PointerEvent): number => (event.pointerType === 'pen' ? event.pressure : 1);

function useSurfaces(): Surfaces {
  const kept = useRef<Surfaces | null>(null);
  kept.current ??= { mask: new StrokeSurface(maskColour), sketch: new StrokeSurface() };
  return kept.current;
}

export function Sheet({ painting }: { painting: Painting }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const surfaces = useSurfaces();
  const live = useRef<Stroke | null>(null);
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

  const pointOf = (event: PointerEvent): Point => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0, pressure: 1 };
    return {
      x: Math.round((((event.clientX - box.left) / box.width) * width - frame.left) * 10) / 10,
      y: Math.round((((event.clientY - box.top) / box.height) * height - frame.top) * 10) / 10,
      pressure: Math.round(pressureOf(event) * 100) / 100,
    };
  };
  const surfaceOf = (stroke: Stroke) =>
    stroke.kind === 'mask' || stroke.kind === 'unmask' ? surfaces.mask : surfaces.sketch;
  const down = (event: PointerEvent) => {
    if (tool.value === 'hand' || tool.value === 'frame' || event.button !== 0 || live.current) return;
    event.preventDefault();
    canvas.current?.setPointerCapture(event.pointerId);
    live.current = { kind: tool.value, colour: penColour.value, size: brush.value, points: [pointOf(event)] };
    extend(0);
  };
  const extend = (from: number) => {
    if (!live.current || !canvas.current) return;
    surfaceOf(live.current).extend(live.current, from);
    drawScreen(canvas.current, painting, surfaces);
  };
  const move = (event: PointerEvent) => {
    const stroke = live.current;
    if (!stroke) return;
    const from = stroke.points.length;
    const events = event.getCoalescedEvents?.() ?? [];
    stroke.points.push(...(events.length ? events : [event]).map(pointOf));
    extend(from);
  };
  const up = () => {
    const stroke = live.current;
    live.current = null;
    if (!stroke) return;
    surfaceOf(stroke).forget();
    change(withStroke(painting, stroke));
  };
  const cancel = () => {
    if (live.current) surfaceOf(live.current).forget();
    live.current = null;
    redraw();
  };
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
        onPointerUp={up}
        onPointerCancel={cancel}
      />
      {tool.value === 'frame' && <FrameHandles painting={painting} />}
    </div>
  );
}
