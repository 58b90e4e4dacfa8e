// A place for one picture, or where a task takes one a film: chosen, dropped or pasted; it shows what it holds.
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
  onPickMany?: (ids: string[]) => void; // several files may be chosen
  help?: string;
  large?: boolean;
  films?: boolean; // MPEG-4 files are taken too
}

const takenOf = (list: FileList | null | undefined, films: boolean): File[] =>
  [...(list ?? [])].filter(
    ({ type }) => type.startsWith('image/') || type === '' || (films && type.startsWith('video/')),
  );

export function Dropzone({ label, value, onPick, onPickMany, help, large = false, films = false }: Props) {
  const id = useId();
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const take = async (files: File[]) => {
    if (files.length === 0) return;
    setBusy(true);
    const ids: string[] = [];
    for (const file of onPickMany ? files : files.slice(0, 1)) {
      const picture = await upload(file);
      if (picture) ids.push(picture.id);
    }
    setBusy(false);
    if (onPickMany) onPickMany(ids);
    else if (ids[0]) onPick(ids[0]);
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
        else void take(takenOf(event.dataTransfer?.files, films));
      }}
      onPaste={(event) => void take(takenOf(event.clipboardData?.files, films))}
    >
      <input
        id={id}
        class="unseen"
        type="file"
        accept={films ? 'image/*,video/mp4' : 'image/*'}
        multiple={onPickMany !== undefined}
        aria-label={label}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => {
          void take([...(event.currentTarget.files ?? [])]);
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
