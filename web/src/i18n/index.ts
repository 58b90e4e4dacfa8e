// The page's words, in the browser's language or the one that was chosen. A key that a dictionary lacks does not compile.
import { effect } from '@preact/signals';
import { storedSignal } from '../state/stored.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';
import { helpsZh } from './helps_zh.ts';
import { fieldsZh, groupsZh, summariesZh } from './options_zh.ts';

export type Key = keyof typeof en;
export type Dictionary = Record<Key, string>;
export type Language = 'en' | 'zh';

const dictionaries: Record<Language, Dictionary> = { en, zh };

export const browserLanguage = (wanted: readonly string[]): Language => {
  const first = wanted.find((tag) => /^(en|zh)\b/i.test(tag));
  return first?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
};

export const language = storedSignal<Language>(
  'language',
  browserLanguage(navigator.languages),
  (value): value is Language => value === 'en' || value === 'zh',
);

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
});

// {name} in a text is replaced by values.name.
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill(dictionaries[language.value][key], values);
}

// Titles of recipes come in every language from the server.
export const pick = (texts: Record<string, string>): string => texts[language.value] ?? texts['en'] ?? '';

// "content-weight" becomes "Content weight"; in Chinese, what the option is called where a name is known.
export function fieldLabel(name: string): string {
  if (language.value === 'zh' && fieldsZh[name]) return fieldsZh[name];
  const words = name.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const groupLabel = (name: string): string => (language.value === 'zh' && groupsZh[name]) || name;

export function taskLabel(name: string): string {
  const key = `task.${name}`;
  return key in en ? t(key as Key) : fieldLabel(name);
}

// What the program says of an option or a task, or what Chinese readers are told in its place.
export const helpText = (name: string, help: string): string => (language.value === 'zh' && helpsZh[name]) || help;
export const summaryText = (task: string, summary: string): string =>
  (language.value === 'zh' && summariesZh[task]) || summary;
