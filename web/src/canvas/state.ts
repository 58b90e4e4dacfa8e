// The canvas as it is worked on: its history, the tool in hand, and the job whose result will become a layer. Kept over reloads.
import { computed, effect, signal } from '@preact/signals';
import { isRecord, readStored, storedSignal, writeStored } from '../state/stored.ts';
import { advance, begin, redo, undo, type History } from './history.ts';
import type { Frame, Painting, Stroke } from './painting.ts';

export type Tool = 'mask' | 'unmask' | 'pen' | 'rub' | 'frame' | 'hand';
export const tools: readonly Tool[] = ['mask', 'unmask', 'pen', 'rub', 'frame', 'hand'];

const isPainting = (value: unknown): value is Painting =>
  isRecord(value) &&
  typeof value['width'] === 'number' &&
  Array.isArray(value['layers']) &&
  Array.isArray(value['strokes']);

const isNothing = (value: unknown): value is Painting | null => value === null || isPainting(value);

export const history = signal<History<Painting | null>>(begin(readStored<Painting | null>('canvas', null, isNothing)));
export const painting = computed(() => history.value.present);

effect(() => writeStored('canvas', painting.value));

export const change = (next: Painting | null): void => {
  history.value = advance(history.value, next);
};
export const takeBack = (): void => {
  history.value = undo(history.value);
};
export const doAgain = (): void => {
  history.value = redo(history.value);
};

export const tool = signal<Tool>('mask');
export const brush = storedSignal('brush', 48, (value): value is number => typeof value === 'number');
export const penColour = storedSignal('pen', '#1d1d1c', (value): value is string => typeof value === 'string');
export const canvasTask = storedSignal('canvas-task', '', (value): value is string => typeof value === 'string');
export const zoom = signal(1);

export interface Pending {
  job: string;
  frame: Frame;
  clip: Stroke[]; // the mask, where the task knows none: what came back is shown under it
}

const isPending = (value: unknown): value is Pending | null =>
  value === null || (isRecord(value) && typeof value['job'] === 'string' && Array.isArray(value['clip']));

export const pending = storedSignal<Pending | null>('canvas-job', null, isPending);
