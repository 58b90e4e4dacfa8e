// A panorama looked at from its middle: dragged, turned by arrow keys, or worn.
import { useEffect, useRef, useState } from 'preact/hooks';
import { imageOf } from '../canvas/render.ts';
import { Button } from '../components/button.tsx';
import { t } from '../i18n/index.ts';
import { enterHeadset, headsetHere } from '../sphere/headset.ts';
import { SphereView } from '../sphere/view.ts';
import { complain } from '../state/notices.ts';
import { go, route } from '../state/route.ts';

interface Gaze {
  yaw: number;
  pitch: number;
  field: number;
}

const limit = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const looked = (gaze: Gaze, right: number, up: number): Gaze => ({
  ...gaze,
  yaw: gaze.yaw - right,
  pitch: limit(gaze.pitch + up, -1.5, 1.5),
});
const steps: Record<string, [number, number]> = {
  ArrowLeft: [-0.1, 0],
  ArrowRight: [0.1, 0],
  ArrowUp: [0, 0.1],
  ArrowDown: [0, -0.1],
};

export default function Sphere() {
  const id = route.value.rest;
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<SphereView | null>(null);
  const [gaze, setGaze] = useState<Gaze>({ yaw: 0, pitch: 0, field: 1.3 });
  const [worn, setWorn] = useState(false);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    void headsetHere().then(setWorn);
    imageOf(id)
      .then((image) => {
        if (!canvas.current) return;
        view.current = new SphereView(canvas.current, image);
        setReady(true);
      })
      .catch(complain);
  }, [id]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const fit = () => {
      element.width = element.clientWidth * devicePixelRatio;
      element.height = element.clientHeight * devicePixelRatio;
      view.current?.draw(gaze.yaw, gaze.pitch, gaze.field);
    };
    fit();
    addEventListener('resize', fit);
    return () => removeEventListener('resize', fit);
  }, [gaze, ready]);
  return (
    <div class="sphere">
      <h1 class="unseen">{t('action.sphere')}</h1>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={t('sphere.label')}
        onKeyDown={(event) => {
          const step = steps[event.key];
          if (!step) return;
          event.preventDefault();
          setGaze((now) => looked(now, ...step));
        }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          const scale = gaze.field / event.currentTarget.clientHeight;
          setGaze((now) => looked(now, -event.movementX * scale, event.movementY * scale));
        }}
        onWheel={(event) => {
          event.preventDefault();
          const by = event.deltaY * 0.001;
          setGaze((now) => ({ ...now, field: limit(now.field + by, 0.4, 2) }));
        }}
      />
      <div class="sphere-actions">
        {worn && view.current && (
          <Button
            icon="sphere"
            label={t('sphere.wear')}
            onPress={() => view.current && void enterHeadset(view.current, () => setGaze({ ...gaze })).catch(complain)}
          />
        )}
        <Button icon="close" label={t('action.close')} onPress={() => go(`picture/${id}`)} />
      </div>
    </div>
  );
}
