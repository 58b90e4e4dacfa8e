// Undo and redo over values that never change in place.
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
}

const longest = 100;

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [] });

export const advance = <T>(history: History<T>, present: T): History<T> =>
  present === history.present
    ? history
    : { past: [...history.past, history.present].slice(-longest), present, future: [] };

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

export function redo<T>(history: History<T>): History<T> {
  const [after, ...future] = history.future;
  if (after === undefined) return history;
  return { past: [...history.past, history.present], present: after, future };
}
