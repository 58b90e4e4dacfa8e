import { describe, expect, it } from 'vitest';
import { append, join, mainName, namesOf } from '../../src/train/series.ts';

describe('metrics', () => {
  it('are joined over the steps of all runs', () => {
    const one = [
      { step: 1, loss: 3 },
      { step: 3, loss: 1 },
    ];
    const two = [{ step: 2, loss: 5 }];
    expect(join([one, two], 'loss')).toEqual([
      [1, 2, 3],
      [3, null, 1],
      [null, 5, null],
    ]);
  });
  it('name their curves, losses first', () => {
    const names = namesOf([
      { step: 1, rate: 1, time: 3 },
      { step: 2, loss: 2 },
    ]);
    expect(names).toEqual(['rate', 'loss']);
    expect(mainName(names)).toBe('loss');
    expect(mainName([])).toBe('');
  });
  it('take newer rows, and those of a resumed run in place of its old ones', () => {
    const rows = [
      { step: 1, loss: 3 },
      { step: 2, loss: 2 },
    ];
    expect(append(rows, [])).toEqual(rows);
    expect(append(rows, [{ step: 2, loss: 9 }])).toEqual([
      { step: 1, loss: 3 },
      { step: 2, loss: 9 },
    ]);
  });
});
