// Short notices at the foot of the page: what went wrong, and what can still be undone.
import { signal } from '@preact/signals';
import { Problem } from '../api/client.ts';
import { t } from '../i18n/index.ts';

export interface Notice {
  id: number;
  text: string;
  kind: 'news' | 'trouble';
  undo?: () => void;
}

export const notices = signal<readonly Notice[]>([]);
let count = 0;
const stays = 7000;

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

export function notify(text: string, kind: Notice['kind'] = 'news', undo?: () => void): number {
  const id = ++count;
  notices.value = [...notices.value.slice(-2), { id, text, kind, ...(undo ? { undo } : {}) }];
  setTimeout(() => dismiss(id), stays);
  return id;
}

export const sentenceOf = (reason: unknown): string => {
  if (reason instanceof Problem) return reason.offline ? t('trouble.offline') : reason.message;
  return reason instanceof Error ? reason.message : String(reason);
};

export const complain = (reason: unknown): void => void notify(sentenceOf(reason), 'trouble');

// Does something that can still be taken back for a few seconds: `commit` runs when nobody did.
export function undoable(text: string, revert: () => void, commit: () => Promise<unknown>): void {
  const timer = setTimeout(() => void commit().catch(complain), stays - 500);
  const id = notify(text, 'news', () => {
    clearTimeout(timer);
    dismiss(id);
    revert();
  });
}
