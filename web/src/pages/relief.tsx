// A picture as a relief, raised by its brightness or by a depth map, for 3-D programs (glTF) and printers (STL).
import { useEffect, useRef, useState } from 'preact/hooks';
import { imageOf } from '../canvas/render.ts';
import { Button } from '../components/button.tsx';
import { Dropzone } from '../components/dropzone.tsx';
import { t } from '../i18n/index.ts';
import { glb } from '../relief/gltf.ts';
import { brightness, relief, slopeAt, type Heights } from '../relief/mesh.ts';
import { solid, stl } from '../relief/stl.ts';
import { complain } from '../state/notices.ts';
import { route } from '../state/route.ts';

const detail = 256; // squares along the longer side
const millimetres = 100;
const plate = 2;

function drawn(image: HTMLImageElement, longest: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const scale = longest / Math.max(image.naturalWidth, image.naturalHeight);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(2, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(2, Math.round(image.naturalHeight * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser cannot draw');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return [canvas, context];
}

function heightsOf(image: HTMLImageElement, upsideDown: boolean): Heights {
  const [canvas, context] = drawn(image, detail);
  const heights = brightness(context.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height);
  return upsideDown ? { ...heights, values: heights.values.map((value) => 1 - value) } : heights;
}

// Lit from the upper left, as maps are.
function shade(target: HTMLCanvasElement, image: HTMLImageElement, heights: Heights, depth: number): void {
  const [canvas, context] = drawn(image, detail);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let row = 0; row < canvas.height; ++row)
    for (let column = 0; column < canvas.width; ++column) {
      const [across, down] = slopeAt(heights, column, row);
      const steep = depth * detail;
      const light = (0.7 + (across + down) * 0.5 * steep) / Math.hypot(1, across * steep, down * steep);
      const at = 4 * (row * canvas.width + column);
      for (let channel = 0; channel < 3; ++channel)
        pixels.data[at + channel] = (pixels.data[at + channel] ?? 0) * Math.min(1.6, Math.max(0.15, 0.35 + light));
    }
  target.width = canvas.width;
  target.height = canvas.height;
  target.getContext('2d')?.putImageData(pixels, 0, 0);
}

function save(bytes: Uint8Array, name: string, mediaType: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes as BlobPart], { type: mediaType }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function jpegOf(image: HTMLImageElement): Promise<Uint8Array> {
  const [canvas] = drawn(image, Math.min(2048, Math.max(image.naturalWidth, image.naturalHeight)));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
  return new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
}

export default function Relief() {
  const id = route.value.rest;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [map, setMap] = useState('');
  const [depth, setDepth] = useState(0.08);
  const [upsideDown, setUpsideDown] = useState(false);
  const [image, setImage] = useState<HTMLImageElement | null>(null);
  const [heights, setHeights] = useState<Heights | null>(null);
  useEffect(() => {
    imageOf(id).then(setImage).catch(complain);
  }, [id]);
  useEffect(() => {
    imageOf(map || id)
      .then((source) => setHeights(heightsOf(source, upsideDown)))
      .catch(complain);
  }, [id, map, upsideDown]);
  useEffect(() => {
    if (canvas.current && image && heights) shade(canvas.current, image, heights, depth);
  }, [image, heights, depth]);
  const saveGltf = async () => {
    if (image && heights)
      save(glb(relief(heights, depth), await jpegOf(image), 'image/jpeg'), 'relief.glb', 'model/gltf-binary');
  };
  const saveStl = () => {
    if (heights) save(stl(solid(heights, millimetres, depth * millimetres, plate)), 'relief.stl', 'model/stl');
  };
  return (
    <div class="work">
      <section class="work-stage" aria-label={t('paint.picture')}>
        <div class="stage">
          <canvas ref={canvas} class="relief" role="img" aria-label={t('relief.label')} />
        </div>
      </section>
      <aside class="panel" aria-label={t('paint.settings')}>
        <div class="panel-scroll">
          <h1 class="panel-title">{t('action.relief')}</h1>
          <p class="soft">{t('relief.hint')}</p>
          <Dropzone label={t('relief.map')} value={map} onPick={setMap} />
          <div class="field">
            <label for="depth">{t('relief.depth')}</label>
            <div class="dial">
              <input
                id="depth"
                type="range"
                min={0.01}
                max={0.4}
                step={0.01}
                value={depth}
                onInput={(event) => setDepth(event.currentTarget.valueAsNumber)}
              />
              <output class="numbers">{depth.toFixed(2)}</output>
            </div>
          </div>
          <div class="field toggle">
            <input
              id="upside"
              type="checkbox"
              role="switch"
              checked={upsideDown}
              onChange={(event) => setUpsideDown(event.currentTarget.checked)}
            />
            <label for="upside">{t('relief.invert')}</label>
          </div>
        </div>
        <div class="panel-foot">
          <Button icon="download" label="glTF" onPress={() => void saveGltf().catch(complain)} />
          <Button icon="download" label="STL" onPress={saveStl} />
          <a class="button" href={`#/picture/${id}`}>
            {t('action.close')}
          </a>
        </div>
      </aside>
    </div>
  );
}
