// Layers, the uppermost first: shown or hidden, how strongly, in which order.
import { thumbnailUrl } from '../api/client.ts';
import { Button } from '../components/button.tsx';
import { t } from '../i18n/index.ts';
import { changeLayer, dropLayer, moveLayer, type Layer, type Painting } from './painting.ts';
import { change } from './state.ts';

export function LayersPanel({ painting }: { painting: Painting }) {
  if (painting.layers.length === 0) return null;
  const top = painting.layers.length - 1;
  return (
    <details class="fold" open={painting.layers.length > 1}>
      <summary>
        {t('canvas.layers')} <span class="badge numbers">{painting.layers.length}</span>
      </summary>
      <ul class="layers">
        {painting.layers
          .map((layer, index) => (
            <LayerRow key={layer.id} layer={layer} painting={painting} first={index === top} last={index === 0} />
          ))
          .reverse()}
      </ul>
    </details>
  );
}

function LayerRow({
  layer,
  painting,
  first,
  last,
}: {
  layer: Layer;
  painting: Painting;
  first: boolean;
  last: boolean;
}) {
  const { name } = layer;
  return (
    <li class="layer">
      <img src={thumbnailUrl(layer.picture, 96)} alt="" />
      <div class="layer-text">
        <label>
          <input
            type="checkbox"
            checked={layer.visible}
            onChange={(event) => change(changeLayer(painting, layer.id, { visible: event.currentTarget.checked }))}
          />
          {name}
        </label>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={layer.opacity}
          aria-label={t('canvas.opacity', { name })}
          onChange={(event) => change(changeLayer(painting, layer.id, { opacity: event.currentTarget.valueAsNumber }))}
        />
      </div>
      <Button
        icon="up"
        compact
        kind="quiet"
        disabled={first}
        label={t('canvas.layer_up', { name })}
        onPress={() => change(moveLayer(painting, layer.id, 1))}
      />
      <Button
        icon="down"
        compact
        kind="quiet"
        disabled={last}
        label={t('canvas.layer_down', { name })}
        onPress={() => change(moveLayer(painting, layer.id, -1))}
      />
      <Button
        icon="trash"
        compact
        kind="quiet"
        label={t('canvas.layer_drop', { name })}
        onPress={() => change(dropLayer(painting, layer.id))}
      />
    </li>
  );
}
