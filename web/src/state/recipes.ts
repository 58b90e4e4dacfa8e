// A recipe of the start page becomes a filled-in form; where nothing is missing it is painted at once.
import { api } from '../api/client.ts';
import type { Recipe, Request } from '../api/types.ts';
import { submit } from './actions.ts';
import { setDraft } from './drafts.ts';
import { complain } from './notices.ts';
import { go, pageOf } from './route.ts';

const shipped = 'shipped:'; // a picture that comes with the program: "shipped:starry_night.webp"

async function stored(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(stored));
  if (typeof value !== 'string' || !value.startsWith(shipped)) return value;
  const name = value.slice(shipped.length);
  return (await api.upload(await api.shippedPicture(name), name)).id;
}

// With the example in place of the picture that the recipe needs, if that is wished.
export async function requestOf({ request, needs, example }: Recipe, withExample = false): Promise<Request> {
  const [base] = needs;
  const wanted = withExample && base && example ? { ...request, [base]: shipped + example } : request;
  const entries = await Promise.all(
    Object.entries(wanted).map(async ([name, value]) => [name, await stored(value)] as const),
  );
  return Object.fromEntries(entries);
}

export async function openRecipe(recipe: Recipe, withExample = false): Promise<void> {
  try {
    const request = await requestOf(recipe, withExample);
    setDraft(recipe.task, request);
    const job = recipe.needs.length && !withExample ? undefined : await submit(recipe.task, request);
    go(`${pageOf(recipe.task)}?task=${recipe.task}${job ? `&job=${job.id}` : ''}`);
  } catch (reason) {
    complain(reason);
  }
}
