// Light or dark: the system's choice until the person makes one.
import { effect } from '@preact/signals';
import { storedSignal } from './stored.ts';

export type Theme = 'system' | 'light' | 'dark';
const themes: readonly Theme[] = ['system', 'light', 'dark'];

export const theme = storedSignal<Theme>('theme', 'system', (value): value is Theme => themes.includes(value as Theme));

export const nextTheme = (current: Theme): Theme => themes[(themes.indexOf(current) + 1) % themes.length] ?? 'system';

effect(() => {
  const root = document.documentElement;
  if (theme.value === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', theme.value);
});
