// Every job that the page knows, kept true by the event stream: the server's word is the only one, so a reload, a second tab and a
// server that was started anew all show the same.
import { computed, signal } from '@preact/signals';
import { api } from '../api/client.ts';
import { EventStream, type ServerEvent } from '../api/events.ts';
import { isActive, type Job, type Picture, type Progress } from '../api/types.ts';
import { isRecord } from './stored.ts';

const known = signal<ReadonlyMap<string, Job>>(new Map());

export type Connection = 'connecting' | 'open' | 'lost';
export const connection = signal<Connection>('connecting');
export const loaded = signal(false);
export const message = signal<{ job: string; text: string } | null>(null);

// Newest first: ids sort by time.
export const jobs = computed(() => [...known.value.values()].sort((a, b) => (a.id < b.id ? 1 : -1)));
export const active = computed(() => jobs.value.filter(isActive));
export const jobOf = (id: string): Job | undefined => known.value.get(id);
export const pullOf = (model: string): Job | undefined =>
  jobs.value.find((job) => job.task === 'pull' && Object.values(job.request).includes(model));

const noProgress: Progress = { stage: '', step: 0, total: 0, seconds_left: -1, values: {} };

export function mergeJobs(list: readonly Job[]): void {
  const next = new Map(known.value);
  for (const job of list) next.set(job.id, { ...job, progress: job.progress ?? noProgress });
  known.value = next;
}

export function forget(id: string): void {
  const next = new Map(known.value);
  next.delete(id);
  known.value = next;
}

function change(id: string, patch: (job: Job) => Job): void {
  const job = known.value.get(id);
  if (job) mergeJobs([patch(job)]);
  else void refresh(id);
}

export async function refresh(id: string): Promise<void> {
  try {
    mergeJobs([await api.job(id)]);
  } catch {
    forget(id); // erased meanwhile
  }
}

export async function reload(): Promise<void> {
  const { jobs: newest } = await api.jobs({ limit: 100 });
  mergeJobs(newest);
  const listed = new Set(newest.map((job) => job.id));
  const oldest = newest.at(-1)?.id ?? '';
  for (const job of known.value.values()) {
    if (!listed.has(job.id) && (newest.length === 0 || job.id > oldest)) forget(job.id);
    else if (!listed.has(job.id) && isActive(job)) void refresh(job.id);
  }
  loaded.value = true;
}

const isWholeJob = (data: Record<string, unknown>): boolean =>
  'task' in data && 'request' in data && 'progress' in data;

const progressOf = (data: Record<string, unknown>): Partial<Progress> =>
  (isRecord(data['progress']) ? data['progress'] : data) as Partial<Progress>;

export function applyEvent({ kind, data }: ServerEvent): void {
  const id = String(data['job'] ?? data['id'] ?? '');
  if (!id) return;
  if (isWholeJob(data)) return mergeJobs([data as unknown as Job]);
  switch (kind) {
    case 'removed':
      return forget(id);
    case 'state':
      return void refresh(id);
    case 'progress': {
      const { stage, step, total, seconds_left, values } = progressOf(data);
      return change(id, (job) => ({
        ...job,
        state: job.state === 'queued' ? 'running' : job.state,
        progress: {
          stage: stage ?? job.progress.stage,
          step: step ?? job.progress.step,
          total: total ?? job.progress.total,
          seconds_left: seconds_left ?? -1,
          values: values ?? job.progress.values,
        },
      }));
    }
    case 'preview':
      return change(id, (job) => ({
        ...job,
        preview: `/v1/jobs/${id}/preview?step=${String(data['step'] ?? Date.now())}`,
      }));
    case 'picture': {
      const picture = data['picture'];
      if (!isRecord(picture)) return void refresh(id);
      return change(id, (job) =>
        job.pictures.some((had) => had.id === picture['id'])
          ? job
          : { ...job, pictures: [...job.pictures, picture as unknown as Picture] },
      );
    }
    case 'message':
      message.value = { job: id, text: String(data['message'] ?? data['text'] ?? '') };
  }
}

export const stream = new EventStream({
  onEvent: applyEvent,
  onOpen: () => {
    connection.value = 'open';
    void reload().catch(() => undefined);
  },
  onLost: () => {
    connection.value = 'lost';
  },
});
