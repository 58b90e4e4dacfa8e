// Pictures of finished jobs, searched at once in what is here and a moment later on the server.
import { signal } from '@preact/signals';
import { api } from '../api/client.ts';
import type { Job, Picture } from '../api/types.ts';
import { jobs, mergeJobs } from './jobs.ts';
import { taskOf } from './studio.ts';

export interface GalleryPicture {
  job: Job;
  picture: Picture;
}

export interface Search {
  text: string;
  task: string;
  model: string;
}

export const hidden = signal<ReadonlySet<string>>(new Set()); // pictures deleted a moment ago

const has = (text: string, part: string): boolean => text.toLowerCase().includes(part);

export function matches(job: Job, search: Search): boolean {
  if (search.task && job.task !== search.task) return false;
  if (search.model && job.model !== search.model) return false;
  const words = search.text.toLowerCase().split(/\s+/).filter(Boolean);
  const said = [job.prompt, job.model, job.task, job.tags].join('\n');
  return words.every((word) => has(said, word));
}

export function picturesOf(search: Search): GalleryPicture[] {
  return jobs.value
    .filter((job) => job.pictures.length > 0 && taskOf(job.task)?.gives !== 'run' && matches(job, search))
    .flatMap((job) => job.pictures.map((picture) => ({ job, picture })))
    .filter(({ picture }) => !hidden.value.has(picture.id));
}

export const modelsUsed = (): string[] => [...new Set(jobs.value.map((job) => job.model).filter(Boolean))].sort();

// One more page of what was found; the id to go on from, or null at the end.
export async function fetchMore(search: Search, before: string | null, signal: AbortSignal): Promise<string | null> {
  const found = await api.jobs(
    {
      q: search.text,
      task: search.task,
      model: search.model,
      limit: 60,
      ...(before ? { before } : {}),
    },
    signal,
  );
  mergeJobs(found.jobs);
  return found.next;
}

export const madeBy = (picture: string): Job | undefined =>
  jobs.value.find((job) => job.pictures.some((one) => one.id === picture));

export const childrenOf = (picture: string): Job[] => jobs.value.filter((job) => job.parents.includes(picture));
