// Pages by their name in the address. What is not needed for the first picture is loaded when it is opened.
import type { ComponentType } from 'preact';
import { lazy, Suspense } from 'preact/compat';
import { t } from '../i18n/index.ts';
import { route } from '../state/route.ts';
import { Paint } from './paint.tsx';
import { Start } from './start.tsx';

const pages: Record<string, ComponentType> = {
  start: Start,
  paint: Paint,
  canvas: lazy(() => import('./canvas.tsx')),
  style: lazy(() => import('./style.tsx')),
  gallery: lazy(() => import('./gallery.tsx')),
  picture: lazy(() => import('./picture.tsx')),
  sphere: lazy(() => import('./sphere.tsx')),
  relief: lazy(() => import('./relief.tsx')),
  train: lazy(() => import('./train.tsx')),
  queue: lazy(() => import('./queue.tsx')),
  models: lazy(() => import('./models.tsx')),
};

export function PageView({ page }: { page: string }) {
  const Page = pages[page] ?? Start;
  return (
    <Suspense fallback={<p class="loading soft">{t('loading')}</p>}>
      <Page key={['picture', 'sphere', 'relief'].includes(page) ? route.value.rest : page} />
    </Suspense>
  );
}
