// The four edges of the picture, to be dragged outwards: what lies between is painted beyond it. Arrow keys do the same.
import { useRef } from 'preact/hooks';
import { t, type Key } from '../i18n/index.ts';
import { withFrame, type Frame, type Painting } from './painting.ts';
import { change } from './state.ts';

const sides: (keyof Frame)[] = ['left', 'right', 'top', 'bottom'];
const outward: Record<keyof Frame, string> = {
  left: 'ArrowLeft',
  right: 'ArrowRight',
  top: 'ArrowUp',
  bottom: 'ArrowDown',
};
const inward: Record<keyof Frame, string> = {
  left: 'ArrowRight',
  right: 'ArrowLeft',
  top: 'ArrowDown',
  bottom: 'ArrowUp',
};
const keyStep = 16;

export function FrameHandles({ painting }: { painting: Painting }) {
  return (
    <>
      {sides.map((side) => (
        <Handle key={side} side={side} painting={painting} />
      ))}
    </>
  );
}

function Handle({ side, painting }: { side: keyof Frame; painting: Painting }) {
  const start = useRef<{ at: number; from: number; scale: number } | null>(null);
  const across = side === 'left' || side === 'right';
  const sign = side === 'left' || side === 'top' ? -1 : 1;
  const positionOf = (event: PointerEvent): number => (across ? event.clientX : event.clientY);
  const set = (pixels: number) => change(withFrame(painting, side, pixels));
  return (
    <div
      class={`frame-handle ${side}`}
      role="slider"
      tabIndex={0}
      aria-label={t(`canvas.frame.${side}` as Key)}
      aria-valuenow={painting.frame[side]}
      aria-valuemin={0}
      aria-valuemax={2048}
      aria-valuetext={t('canvas.pixels', { n: painting.frame[side] })}
      onKeyDown={(event) => {
        const by = event.key === outward[side] ? keyStep : event.key === inward[side] ? -keyStep : 0;
        if (by === 0) return;
        event.preventDefault();
        set(painting.frame[side] + by);
      }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        const sheet = event.currentTarget.parentElement?.getBoundingClientRect();
        const pixels = painting.width + painting.frame.left + painting.frame.right;
        start.current = { at: positionOf(event), from: painting.frame[side], scale: pixels / (sheet?.width ?? pixels) };
      }}
      onPointerMove={(event) => {
        const begun = start.current;
        if (begun) event.currentTarget.style.setProperty('--drag', `${positionOf(event) - begun.at}px`);
      }}
      onPointerUp={(event) => {
        const begun = start.current;
        start.current = null;
        event.currentTarget.style.removeProperty('--drag');
        if (begun) set(begun.from + sign * (positionOf(event) - begun.at) * begun.scale);
      }}
    >
      {painting.frame[side] > 0 && <span class="numbers">{painting.frame[side]}</span>}
    </div>
  );
}
