// What is written into a form and not yet painted, kept per task over reloads.
import { isRecord, storedSignal } from './stored.ts';
import type { Request } from '../api/types.ts';

type Drafts = Record<string, Request>;

const isDrafts = (value: unknown): value is Drafts => isRecord(value) && Object.values(value).every(isRecord);

export const drafts = storedSignal<Drafts>('drafts', {}, isDrafts);

export const draftOf = (task: string): Request => drafts.value[task] ?? {};

export function setDraft(task: string, request: Request): void {
  drafts.value = { ...drafts.value, [task]: request };
}

export function setField(task: string, name: string, value: unknown): void {
  setDraft(task, { ...draftOf(task), [name]: value });
}
