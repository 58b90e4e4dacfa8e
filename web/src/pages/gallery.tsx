// Gallery: everything painted here, found as fast as one types.
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { titleOf } from '../components/job_card.tsx';
import { t, taskLabel } from '../i18n/index.ts';
import { complain } from '../state/notices.ts';
import { fetchMore, modelsUsed, picturesOf, type GalleryPicture, type Search } from '../state/gallery.ts';
import { loaded } from '../state/jobs.ts';
import { picturesTasks } from '../state/studio.ts';

export default function Gallery() {
  const [search, setSearch] = useState<Search>({ text: '', task: '', model: '' });
  const [next, setNext] = useState<string | null>(null);
  const found = picturesOf(search);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => void fetchMore(search, null, abort.signal).then(setNext).catch(ignoreAbort), 180);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [search]);
  const more = () => void fetchMore(search, next, new AbortController().signal).then(setNext).catch(complain);
  return (
    <div class="gallery">
      <header class="page-head">
        <h1>{t('nav.gallery')}</h1>
        <SearchBar search={search} onChange={setSearch} />
      </header>
      <p class="unseen" role="status">
        {t('gallery.count', { n: found.length })}
      </p>
      {found.length === 0 && loaded.value ? (
        <Empty searching={Boolean(search.text || search.task || search.model)} />
      ) : null}
      <ul class="wall">
        {found.map((one) => (
          <li key={`${one.job.id}-${one.picture.id}`}>
            <Tile {...one} />
          </li>
        ))}
      </ul>
      {next && <Button label={t('gallery.more')} onPress={more} />}
    </div>
  );
}

const ignoreAbort = (reason: unknown): void => {
  if (!(reason instanceof DOMException)) complain(reason);
};

function SearchBar({ search, onChange }: { search: Search; onChange: (search: Search) => void }) {
  return (
    <div class="search" role="search">
      <div class="search-text">
        <Icon name="search" />
        <input
          type="search"
          aria-label={t('gallery.search')}
          placeholder={t('gallery.search')}
          value={search.text}
          onInput={(event) => onChange({ ...search, text: event.currentTarget.value })}
        />
      </div>
      <select
        aria-label={t('gallery.task')}
        value={search.task}
        onChange={(event) => onChange({ ...search, task: event.currentTarget.value })}
      >
        <option value="">{t('gallery.any_task')}</option>
        {picturesTasks().map(({ name }) => (
          <option key={name} value={name}>
            {taskLabel(name)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('gallery.model')}
        value={search.model}
        onChange={(event) => onChange({ ...search, model: event.currentTarget.value })}
      >
        <option value="">{t('gallery.any_model')}</option>
        {modelsUsed().map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Empty({ searching }: { searching: boolean }) {
  return (
    <div class="empty-note">
      <Icon name="gallery" size={36} />
      <p>{t(searching ? 'gallery.none' : 'gallery.empty')}</p>
      {!searching && (
        <a class="button main" href="#/start">
          {t('gallery.begin')}
        </a>
      )}
    </div>
  );
}

function Tile({ job, picture }: GalleryPicture) {
  return (
    <a
      class="tile"
      href={`#/picture/${picture.id}`}
      aria-label={titleOf(job)}
      draggable
      onDragStart={(event) => event.dataTransfer?.setData('text/x-inkstone-picture', picture.id)}
      style={{ '--ratio': String(picture.width / picture.height) }}
    >
      {picture.media_type.startsWith('video/') ? (
        <video src={picture.url} muted loop preload="metadata" />
      ) : (
        <img
          src={picture.width <= 256 ? picture.url : picture.thumbnail}
          alt=""
          loading="lazy"
          width={picture.width}
          height={picture.height}
          class={picture.width <= 128 ? 'small' : ''}
        />
      )}
      <span class="tile-name">{titleOf(job)}</span>
    </a>
  );
}
