// Tools of the canvas, with one key each.
import { useEffect } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import type { IconName } from '../components/icon.tsx';
import { t } from '../i18n/index.ts';
import { maskAll, maskStrokes, withoutMask, type Painting } from './painting.ts';
import { brush, change, doAgain, history, penColour, takeBack, tool, tools, zoom, type Tool } from './state.ts';

const icons: Record<Tool, IconName> = {
  mask: 'brush',
  unmask: 'unmask',
  pen: 'pen',
  rub: 'eraser',
  frame: 'frame',
  hand: 'hand',
};
const keys: Record<string, Tool> = { b: 'mask', e: 'unmask', p: 'pen', r: 'rub', f: 'frame', h: 'hand' };
const zooms = [1, 1.5, 2, 3, 4];

function onKey(event: KeyboardEvent): void {
  if (event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    if (key === 'y' || event.shiftKey) doAgain();
    else takeBack();
    return;
  }
  const wanted = keys[key];
  if (wanted) tool.value = wanted;
  if (event.key === '[') brush.value = Math.max(2, brush.value - 8);
  if (event.key === ']') brush.value = Math.min(256, brush.value + 8);
}

const nextZoom = (by: number): number =>
  zooms[Math.min(zooms.length - 1, Math.max(0, zooms.indexOf(zoom.value) + by))] ?? 1;

export function Toolbar({ painting }: { painting: Painting }) {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const masked = maskStrokes(painting).length > 0;
  return (
    <div class="toolbar" role="toolbar" aria-label={t('canvas.tools')}>
      <div class="tool-group">
        {tools.map((one) => (
          <Button
            key={one}
            icon={icons[one]}
            compact
            label={t(`canvas.tool.${one}`)}
            pressed={tool.value === one}
            onPress={() => (tool.value = one)}
          />
        ))}
      </div>
      <label class="tool-size">
        <span class="unseen">{t('canvas.size')}</span>
        <input
          type="range"
          min={2}
          max={256}
          value={brush.value}
          onInput={(event) => (brush.value = event.currentTarget.valueAsNumber)}
        />
        <output class="numbers">{brush.value}</output>
      </label>
      {tool.value === 'pen' && (
        <input
          type="color"
          aria-label={t('canvas.colour')}
          value={penColour.value}
          onInput={(event) => (penColour.value = event.currentTarget.value)}
        />
      )}
      <div class="tool-group">
        <Button
          icon="undo"
          compact
          label={t('action.undo')}
          disabled={history.value.past.length === 0}
          onPress={takeBack}
        />
        <Button
          icon="redo"
          compact
          label={t('action.redo')}
          disabled={history.value.future.length === 0}
          onPress={doAgain}
        />
      </div>
      <div class="tool-group">
        <Button label={t('canvas.mask_all')} kind="quiet" onPress={() => change(maskAll(painting))} />
        <Button
          label={t('canvas.mask_none')}
          kind="quiet"
          disabled={!masked}
          onPress={() => change(withoutMask(painting))}
        />
      </div>
      <div class="tool-group end">
        <Button
          icon="plus"
          compact
          kind="quiet"
          label={t('canvas.closer')}
          onPress={() => (zoom.value = nextZoom(1))}
        />
        <span class="numbers soft">{Math.round(zoom.value * 100)} %</span>
        <Button
          icon="minus"
          compact
          kind="quiet"
          label={t('canvas.farther')}
          onPress={() => (zoom.value = nextZoom(-1))}
        />
        <Button icon="trash" compact kind="quiet" label={t('canvas.clear')} onPress={() => change(null)} />
      </div>
    </div>
  );
}
