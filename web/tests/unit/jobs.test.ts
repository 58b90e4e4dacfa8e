import { beforeEach, describe, expect, it, vi } from 'vitest';
import { applyEvent, forget, jobOf, jobs, mergeJobs } from '../../src/state/jobs.ts';
import { matches } from '../../src/state/gallery.ts';
import { queueOrder } from '../../src/pages/queue.tsx';
import { parseRoute } from '../../src/state/route.ts';
import type { Job } from '../../src/api/types.ts';

const job = (patch: Partial<Job> = {}): Job => ({
  id: 'a',
  task: 'paint',
  state: 'queued',
  priority: 0,
  place: 0,
  attempts: 0,
  created: null,
  started: null,
  finished: null,
  progress: { stage: '', step: 0, total: 0, seconds_left: -1, values: {} },
  preview: null,
  pictures: [],
  report: null,
  error: null,
  request: {},
  model: '',
  prompt: '',
  tags: '',
  parents: [],
  owner: 'local',
  ...patch,
});

describe('jobs', () => {
  beforeEach(() => {
    for (const one of jobs.value) forget(one.id);
    mergeJobs([job()]);
  });

  it('follow the progress that events tell', () => {
    applyEvent({
      number: '1',
      kind: 'progress',
      data: { job: 'a', stage: 'paint', step: 4, total: 20, seconds_left: 8 },
    });
    expect(jobOf('a')?.state).toBe('running');
    expect(jobOf('a')?.progress).toMatchObject({ step: 4, total: 20, seconds_left: 8 });
  });
  it('take a whole job as it is', () => {
    applyEvent({ number: '1', kind: 'state', data: { ...job({ state: 'done' }) } });
    expect(jobOf('a')?.state).toBe('done');
  });
  it('show each preview under an address of its own', () => {
    applyEvent({ number: '1', kind: 'preview', data: { job: 'a', step: 5 } });
    expect(jobOf('a')?.preview).toBe('/v1/jobs/a/preview?step=5');
  });
  it('ask for a job they do not know', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json(job({ id: 'b', state: 'running' })));
    applyEvent({ number: '1', kind: 'state', data: { job: 'b', state: 'running' } });
    await vi.waitFor(() => expect(jobOf('b')?.state).toBe('running'));
    expect(fetched).toHaveBeenCalledWith('/v1/jobs/b', expect.anything());
    fetched.mockRestore();
  });
  it('are forgotten when they were erased', () => {
    applyEvent({ number: '1', kind: 'removed', data: { job: 'a' } });
    expect(jobOf('a')).toBeUndefined();
  });
});

describe('the queue', () => {
  it('runs first what runs, then the urgent, then the old', () => {
    const list = [
      job({ id: '4', state: 'paused' }),
      job({ id: '3', state: 'queued', place: 3 }),
      job({ id: '2', state: 'queued', priority: 5 }),
      job({ id: '1', state: 'queued', place: 1 }),
      job({ id: '6', state: 'queued', place: -1 }),
      job({ id: '5', state: 'running' }),
    ];
    expect(list.sort(queueOrder).map(({ id }) => id)).toEqual(['5', '2', '6', '1', '3', '4']);
  });
});

describe('the search', () => {
  it('wants every word, in prompt, model, task or tags', () => {
    const fox = job({ prompt: 'a red Fox', model: 'procedural/forest', tags: 'kit fox, grey fox' });
    expect(matches(fox, { text: 'grey RED', task: '', model: '' })).toBe(true);
    expect(matches(fox, { text: 'fox RED', task: '', model: '' })).toBe(true);
    expect(matches(fox, { text: 'fox forest paint', task: '', model: '' })).toBe(true);
    expect(matches(fox, { text: 'fox blue', task: '', model: '' })).toBe(false);
    expect(matches(fox, { text: '', task: 'dream', model: '' })).toBe(false);
  });
});

describe('an address', () => {
  it('has a page, a rest and a query', () => {
    const route = parseRoute('#/picture/abc?job=1');
    expect([route.page, route.rest, route.query.get('job')]).toEqual(['picture', 'abc', '1']);
    expect(parseRoute('').page).toBe('start');
  });
});
