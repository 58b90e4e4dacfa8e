// Calls of the server's own API. Whatever goes wrong arrives as one Problem, with a sentence a person can act on.
import type { Capabilities, Job, MetricRow, Model, Picture, Recipe, Request, Run } from './types.ts';

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
  ) {
    super(detail || title);
  }
  get offline(): boolean {
    return this.status === 0;
  }
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as { title?: string; detail?: string };
    return new Problem(response.status, body.title ?? response.statusText, body.detail ?? '');
  } catch {
    return new Problem(response.status, response.statusText || `HTTP ${response.status}`, '');
  }
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new Problem(0, 'offline', '');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send(path, signal ? { signal } : {})).json()) as T;
}

async function post<T>(path: string, body?: unknown, method = 'POST'): Promise<T> {
  const response = await send(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export interface JobFilter {
  state?: string;
  task?: string;
  model?: string;
  q?: string;
  before?: string;
  limit?: number;
}

function queryOf(filter: JobFilter): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filter))
    if (value !== undefined && value !== '') query.set(key, String(value));
  const text = query.toString();
  return text ? `?${text}` : '';
}

export const api = {
  capabilities: () => get<Capabilities>('/v1/capabilities'),
  session: () => get<{ needed: boolean; owner: string }>('/v1/session'),
  signIn: (token: string) => post<undefined>('/v1/session', { token }),

  submit: (task: string, request: Request) => post<Job>('/v1/jobs', { task, request }),
  job: (id: string) => get<Job>(`/v1/jobs/${id}`),
  jobs: (filter: JobFilter = {}, signal?: AbortSignal) =>
    get<{ jobs: Job[]; next: string | null }>(`/v1/jobs${queryOf(filter)}`, signal),
  command: (id: string, verb: 'cancel' | 'pause' | 'resume' | 'retry') => post<Job>(`/v1/jobs/${id}/${verb}`),
  move: (id: string, move: 'sooner' | 'later') => post<Job>(`/v1/jobs/${id}`, { move }, 'PATCH'),
  erase: (id: string) => post<undefined>(`/v1/jobs/${id}`, undefined, 'DELETE'),

  erasePicture: (id: string) => post<undefined>(`/v1/pictures/${id}`, undefined, 'DELETE'),
  recipe: (picture: string) => get<unknown>(`/v1/pictures/${picture}/recipe`),
  upload: async (file: Blob, name = file instanceof File ? file.name : 'picture.png') => {
    const response = await send('/v1/pictures', {
      method: 'POST',
      body: file,
      headers: {
        'content-type': file.type || 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      },
    });
    return (await response.json()) as Picture;
  },

  models: () => get<{ models: Model[] }>('/v1/models'),
  pull: (name: string) => post<Job>(`/v1/models/${name.split('/').map(encodeURIComponent).join('/')}/pull`),
  runs: () => get<{ runs: Run[] }>('/v1/runs'),
  metrics: (id: string, after: number) => get<{ rows: MetricRow[] }>(`/v1/runs/${id}/metrics?after=${after}`),
  shippedPicture: async (name: string) => (await send(`/v1/recipes/pictures/${encodeURIComponent(name)}`)).blob(),
  recipes: () => get<{ recipes: Recipe[] }>('/v1/recipes'),
};

export const pictureUrl = (id: string): string => `/v1/pictures/${id}`;
export const thumbnailUrl = (id: string, size = 256): string => `/v1/pictures/${id}/thumbnail?size=${size}`;
export const downloadUrl = (id: string, withRecipe: boolean): string =>
  `/v1/pictures/${id}?download=1${withRecipe ? '' : '&recipe=0'}`;
