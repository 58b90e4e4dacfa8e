// The frame of every page: where one can go, how the connection is, theme and language.
import { useEffect, useState } from 'preact/hooks';
import { Button } from './components/button.tsx';
import { Dialog } from './components/dialog.tsx';
import { Icon, type IconName } from './components/icon.tsx';
import { Notices } from './components/notices.tsx';
import { language, t, type Key } from './i18n/index.ts';
import { PageView } from './pages/index.tsx';
import { SignIn } from './pages/sign_in.tsx';
import { active, connection } from './state/jobs.ts';
import { route } from './state/route.ts';
import { locked } from './state/studio.ts';
import { nextTheme, theme } from './state/theme.ts';

const places: { page: string; icon: IconName }[] = [
  { page: 'start', icon: 'start' },
  { page: 'paint', icon: 'paint' },
  { page: 'canvas', icon: 'canvas' },
  { page: 'style', icon: 'style' },
  { page: 'gallery', icon: 'gallery' },
  { page: 'train', icon: 'train' },
  { page: 'queue', icon: 'queue' },
  { page: 'models', icon: 'models' },
];
const onPhone = ['start', 'paint', 'canvas', 'gallery'];

const nameOf = (page: string): string => t(`nav.${page}` as Key);

export function Shell() {
  const { page } = route.value;
  useEffect(() => {
    const known = places.find((place) => place.page === page);
    document.title = known ? `${nameOf(page)} · Inkstone` : 'Inkstone';
    document.getElementById('main')?.scrollTo(0, 0);
  }, [page, language.value]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('nav.skip')}
      </a>
      <Rail page={page} />
      <main id="main" tabIndex={-1} class={`main page-${page}`}>
        {connection.value === 'lost' && <LostLine />}
        {locked.value ? <SignIn /> : <PageView page={page} />}
      </main>
      <Notices />
    </div>
  );
}

function LostLine() {
  return (
    <p class="lost" role="status">
      <Icon name="warning" size={18} /> {t('connection.lost')}
    </p>
  );
}

function Rail({ page }: { page: string }) {
  const [more, setMore] = useState(false);
  return (
    <nav class="rail" aria-label={t('nav.label')}>
      <a class="brand" href="#/start" aria-label="Inkstone">
        <img src="/favicon.svg" alt="" width={32} height={32} />
      </a>
      <ul>
        {places.map((place) => (
          <li key={place.page} class={onPhone.includes(place.page) ? '' : 'wide-only'}>
            <Place {...place} here={place.page === page} />
          </li>
        ))}
        <li class="phone-only">
          <button type="button" class="place" aria-haspopup="dialog" onClick={() => setMore(true)}>
            <Icon name="more" size={22} />
            <span>{t('nav.more')}</span>
          </button>
        </li>
      </ul>
      <div class="rail-foot">
        <Preferences />
      </div>
      {more && (
        <Dialog title={t('nav.more')} onClose={() => setMore(false)}>
          <ul class="more-list" onClick={() => setMore(false)}>
            {places
              .filter((place) => !onPhone.includes(place.page))
              .map((place) => (
                <li key={place.page}>
                  <Place {...place} here={place.page === page} />
                </li>
              ))}
          </ul>
          <div class="more-foot">
            <Preferences />
          </div>
        </Dialog>
      )}
    </nav>
  );
}

function Place({ page, icon, here }: { page: string; icon: IconName; here: boolean }) {
  const waiting = page === 'queue' ? active.value.length : 0;
  return (
    <a class="place" href={`#/${page}`} aria-current={here ? 'page' : undefined}>
      <Icon name={icon} size={22} />
      <span>{nameOf(page)}</span>
      {waiting > 0 && (
        <span class="count numbers">
          {waiting}
          <span class="unseen"> {t('nav.waiting')}</span>
        </span>
      )}
    </a>
  );
}

const themeIcon = { system: 'half', light: 'sun', dark: 'moon' } as const;

function Preferences() {
  return (
    <>
      <Button
        icon={themeIcon[theme.value]}
        compact
        kind="quiet"
        label={t(`theme.${theme.value}`)}
        onPress={() => (theme.value = nextTheme(theme.value))}
      />
      <button
        type="button"
        class="button quiet language"
        lang={language.value === 'en' ? 'zh-CN' : 'en'}
        onClick={() => (language.value = language.value === 'en' ? 'zh' : 'en')}
      >
        {language.value === 'en' ? '中文' : 'English'}
      </button>
    </>
  );
}
