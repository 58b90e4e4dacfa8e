// A place for one picture: chosen, dropped or pasted; it shows what it holds.
import { useId, useState } from 'preact/hooks';
import { thumbnailUrl } from '../api/client.ts';
import { t } from '../i18n/index.ts';
import { upload } from '../state/actions.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

interface Props {
  label: string;
  value: string; // id of a stored picture, or empty
  onPick: (id: string) => void;
  help?: string;
  large?: boolean;
}

const pictureOf = (list: DataTransfer | null): File | undefined =>
  [...(list?.files ?? [])].find((file) => file.type.startsWith('image/') || file.type === '');

export function Dropzone({ label, value, onPick, help, large = false }: Props) {
  const id = useId();
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const picture = await upload(file);
    setBusy(false);
    if (picture) onPick(picture.id);
  };
  return (
    <div
      class={`dropzone${over ? ' over' : ''}${large ? ' large' : ''}${value ? ' filled' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const known = event.dataTransfer?.getData('text/x-inkstone-picture');
        if (known) onPick(known);
        else void take(pictureOf(event.dataTransfer));
      }}
      onPaste={(event) => void take(pictureOf(event.clipboardData))}
    >
      <input
        id={id}
        class="unseen"
        type="file"
        accept="image/*"
        aria-label={label}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <label for={id}>
        {value ? (
          <img src={thumbnailUrl(value, large ? 768 : 256)} alt={label} />
        ) : (
          <span class="dropzone-empty">
            <Icon name="plus" size={large ? 28 : 20} />
            <strong>{label}</strong>
            <span class="soft">{busy ? t('drop.busy') : t('drop.hint')}</span>
          </span>
        )}
      </label>
      {value && <span class="dropzone-name">{label}</span>}
      {value && (
        <div class="dropzone-clear">
          <Button icon="close" compact label={t('drop.clear', { name: label })} onPress={() => onPick('')} />
        </div>
      )}
      {help && (
        <p class="unseen" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
