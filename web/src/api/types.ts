// What the server says, as docs/openapi of /v1 has it. Times are RFC 3339.
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface Picture {
  id: string;
  url: string;
  thumbnail: string;
  width: number;
  height: number;
  media_type: string;
  bytes: number;
  name: string;
}

export interface Progress {
  stage: string;
  step: number;
  total: number;
  seconds_left: number;
  values: Record<string, number>;
}

export type Request = Record<string, unknown>;

export interface Job {
  id: string;
  task: string;
  state: JobState;
  stopping?: boolean;
  priority: number;
  place: number; // among queued jobs of its priority: the lowest goes first
  attempts: number;
  created: string | null;
  started: string | null;
  finished: string | null;
  progress: Progress;
  preview: string | null;
  pictures: Picture[];
  report: unknown;
  error: { type: string; title: string; detail: string } | null;
  request: Request;
  model: string;
  prompt: string;
  tags: string; // what annotations found in its pictures
  parents: string[];
  owner: string;
}

export interface FieldSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  enum?: string[];
  items?: FieldSchema;
  'x-group'?: string;
  'x-kind'?: string;
  'x-choices'?: string[];
}

export interface TaskSchema {
  properties?: Record<string, FieldSchema>;
  required?: string[];
  'x-order'?: string[]; // properties as they are declared
}

export interface TaskInfo {
  name: string;
  summary: string;
  gives: 'pictures' | 'film' | 'run' | 'report';
  schema: TaskSchema;
}

export interface Capabilities {
  version: string;
  tasks: TaskInfo[];
  limits: { body_bytes?: number; pixels?: number };
  formats: string[];
}

export interface Model {
  id: string; // what a request says
  title: string;
  purpose: string;
  licence: string;
  source: string; // catalogue, file, run or rule
  bytes: number;
  present: boolean;
}

export interface Run {
  id: string;
  config: string;
  data: string;
  family: string;
  state: JobState;
  step: number;
  total: number;
  started: string | null;
  finished: string | null;
  samples: { url: string; step?: number }[];
}

export type MetricRow = { step: number } & Record<string, number>;

export interface Recipe {
  name: string;
  title: Record<string, string>;
  summary: Record<string, string>;
  task: string;
  request: Request;
  needs: string[];
  example?: string; // a shipped picture for the first of them
  picture: string;
}

export const isActive = (job: Pick<Job, 'state'>): boolean => job.state === 'queued' || job.state === 'running';
