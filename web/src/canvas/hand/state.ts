// The hand over the sheet, for those who draw with it and those who show it.
import { signal } from '@preact/signals';
import type { Pointer } from './hand_pointer.ts';

export const handModel = 'hand-tracker';
export const handOn = signal(false);
export const handPointer = signal<Pointer | null>(null);

export type HandPhase = 'camera' | 'loading' | 'seeking' | 'hovering' | 'painting';
