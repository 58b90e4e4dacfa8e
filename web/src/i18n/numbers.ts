// Numbers, sizes and times as the chosen language writes them.
import { language, t } from './index.ts';

// The browser's own region where its language is the page's.
const locale = (): string => {
  const wanted = language.value === 'zh' ? 'zh' : 'en';
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(wanted)) ?? (wanted === 'zh' ? 'zh-CN' : 'en');
};

export function durationText(seconds: number): string {
  if (seconds < 60) return t('time.seconds', { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 3600) return t('time.minutes', { n: Math.round(seconds / 60) });
  return t('time.hours', { n: (seconds / 3600).toFixed(1) });
}

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    ++unit;
  }
  return `${value.toLocaleString(locale(), { maximumFractionDigits: value < 10 ? 1 : 0 })} ${units[unit] ?? ''}`;
}

export const numberText = (value: number): string => value.toLocaleString(locale(), { maximumSignificantDigits: 4 });

export function timeText(when: string | null): string {
  if (!when) return '';
  return new Date(when).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });
}
