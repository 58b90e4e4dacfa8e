// What a person does with jobs and pictures, wherever on the page it is asked for.
import { api } from '../api/client.ts';
import type { Job, Picture, Request } from '../api/types.ts';
import { fieldsOf } from '../form/fields.ts';
import { t } from '../i18n/index.ts';
import { forget, mergeJobs } from './jobs.ts';
import { setDraft } from './drafts.ts';
import { complain, undoable } from './notices.ts';
import { go, pageOf } from './route.ts';
import { taskOf } from './studio.ts';

export async function submit(task: string, request: Request): Promise<Job | undefined> {
  try {
    const job = await api.submit(task, request);
    mergeJobs([job]);
    return job;
  } catch (reason) {
    complain(reason);
    return undefined;
  }
}

export async function command(id: string, verb: 'cancel' | 'pause' | 'resume' | 'retry'): Promise<void> {
  try {
    const job = await api.command(id, verb);
    if (job) mergeJobs([job]);
  } catch (reason) {
    complain(reason);
  }
}

// Past the next job of the same person; that one comes with the event that tells of it.
export async function move(job: Job, where: 'sooner' | 'later'): Promise<void> {
  try {
    mergeJobs([await api.move(job.id, where)]);
  } catch (reason) {
    complain(reason);
  }
}

export const canVary = (job: Job): boolean => 'seed' in (taskOf(job.task)?.schema.properties ?? {});

// Four more of the same with other seeds: one job where the task can paint several at once.
export async function vary(job: Job): Promise<Job | undefined> {
  const fields = fieldsOf(taskOf(job.task)?.schema ?? {});
  const seed = typeof job.request['seed'] === 'number' ? job.request['seed'] : 0;
  const first = seed < 0 ? Math.floor(Math.random() * 1e9) : seed + Math.max(1, job.pictures.length);
  if (fields.some((field) => field.name === 'batch'))
    return submit(job.task, { ...job.request, seed: first, batch: 4 });
  let last: Job | undefined;
  for (let i = 0; i < 4; ++i) last = (await submit(job.task, { ...job.request, seed: first + i })) ?? last;
  return last;
}

// Puts a job's request back into the form of its task, to be changed and painted again.
export function edit(job: Pick<Job, 'task' | 'request'>): void {
  setDraft(job.task, job.request);
  go(`${pageOf(job.task)}?task=${job.task}`);
}

export function erase(job: Job): void {
  forget(job.id);
  undoable(
    t('notice.erased'),
    () => mergeJobs([job]),
    () => api.erase(job.id),
  );
}

export async function pullModel(name: string): Promise<void> {
  try {
    mergeJobs([await api.pull(name)]);
  } catch (reason) {
    complain(reason);
  }
}

export const upload = async (file: Blob): Promise<Picture | undefined> => {
  try {
    return await api.upload(file);
  } catch (reason) {
    complain(reason);
    return undefined;
  }
};
