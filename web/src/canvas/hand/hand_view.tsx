// The camera's picture as in a mirror, with the hand that was found in it.
import { useEffect, useRef } from 'preact/hooks';
import { t, type Key } from '../../i18n/index.ts';
import { HandTrouble } from './camera.ts';
import { bones, type Hand } from './hand.ts';
import type { Pointer } from './hand_pointer.ts';
import { handPointer, type HandPhase } from './state.ts';
import { watchHand } from './watch.ts';

function drawHand(canvas: HTMLCanvasElement, hand: Hand | null): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.lineWidth = 3;
  context.strokeStyle = getComputedStyle(canvas).color;
  context.beginPath();
  for (const [from, to] of hand ? bones : []) {
    const [a, b] = [hand?.[from], hand?.[to]];
    if (!a || !b) continue;
    context.moveTo(a.x * width, a.y * height);
    context.lineTo(b.x * width, b.y * height);
  }
  context.stroke();
}

const phaseOf = (pointer: Pointer | null): HandPhase =>
  pointer ? (pointer.down ? 'painting' : 'hovering') : 'seeking';

interface Props {
  onPhase: (phase: HandPhase) => void;
  onTrouble: (what: Key) => void;
}

export default function HandView({ onPhase, onTrouble }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const [shown, drawn] = [video.current, overlay.current];
    if (!shown || !drawn) return;
    const end = new AbortController();
    const watcher = {
      onLoading: () => onPhase('loading'),
      onLook: (hand: Hand | null, pointer: Pointer | null) => {
        drawHand(drawn, hand);
        handPointer.value = pointer;
        onPhase(phaseOf(pointer));
      },
    };
    onPhase('camera');
    watchHand(shown, end.signal, watcher).catch((reason: unknown) => {
      if (!end.signal.aborted) onTrouble(reason instanceof HandTrouble ? reason.key : 'hand.trouble.model');
    });
    return () => {
      end.abort();
      handPointer.value = null;
    };
  }, []);
  return (
    <div class="hand-view" role="img" aria-label={t('hand.view')}>
      <video ref={video} muted playsInline />
      <canvas ref={overlay} width={320} height={240} />
    </div>
  );
}
