// A signal that outlives a reload: its value is kept in the browser, as JSON, under a name of ours.
import { effect, signal, type Signal } from '@preact/signals';

const prefix = 'inkstone.';

export function readStored<T>(name: string, fallback: T, accept: (value: unknown) => value is T): T {
  try {
    const text = localStorage.getItem(prefix + name);
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return accept(value) ? value : fallback;
  } catch {
    return fallback; // storage forbidden, or written by something else
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page works on, and forgets.
  }
}

export function storedSignal<T>(name: string, fallback: T, accept: (value: unknown) => value is T): Signal<T> {
  const kept = signal(readStored(name, fallback, accept));
  let first = true;
  effect(() => {
    const value = kept.value;
    if (!first) writeStored(name, value);
    first = false;
  });
  return kept;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
