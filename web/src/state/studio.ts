// What this studio can do: its tasks, models and recipes, asked for once and again after the connection was lost.
import { effect, signal } from '@preact/signals';
import { api, Problem } from '../api/client.ts';
import type { Capabilities, Model, Recipe, TaskInfo } from '../api/types.ts';
import { baseField, fieldsOf } from '../form/fields.ts';
import { connection, stream } from './jobs.ts';

export const capabilities = signal<Capabilities | null>(null);
export const models = signal<Model[]>([]);
export const recipes = signal<Recipe[]>([]);
export const locked = signal(false); // the server wants a token

export const tasks = (): TaskInfo[] => capabilities.value?.tasks ?? [];
export const taskOf = (name: string): TaskInfo | undefined => tasks().find((task) => task.name === name);
export const picturesTasks = (): TaskInfo[] =>
  tasks().filter((task) => task.gives === 'pictures' || task.gives === 'film');

// What a painter works with: pictures made, and pictures looked at.
export const paintTasks = (): TaskInfo[] =>
  tasks().filter((task) => task.gives !== 'run' && (task.gives !== 'report' || baseField(fieldsOf(task.schema))));

async function quietly<T>(call: Promise<T>, take: (value: T) => void): Promise<void> {
  try {
    take(await call);
  } catch (reason) {
    if (reason instanceof Problem && reason.status === 401) locked.value = true;
  }
}

export const loadModels = (): Promise<void> => quietly(api.models(), (got) => (models.value = got.models));

export async function loadStudio(): Promise<void> {
  await quietly(api.capabilities(), (got) => {
    capabilities.value = got;
    locked.value = false;
  });
  if (locked.value) return;
  await Promise.all([loadModels(), quietly(api.recipes(), (got) => (recipes.value = got.recipes))]);
}

export async function openStudio(): Promise<void> {
  await loadStudio();
  if (!locked.value) stream.start();
}

// A server that came back may be a newer one.
let wasLost = false;
effect(() => {
  if (connection.value === 'lost') wasLost = true;
  if (connection.value === 'open' && wasLost) {
    wasLost = false;
    void loadStudio();
  }
});
