// From what lies on the canvas to the request of a task: which pictures it takes, its mask, how far it reaches beyond.
import type { Job, Request } from '../api/types.ts';
import { api } from '../api/client.ts';
import { baseField, maskField, toRequest, type Field } from '../form/fields.ts';
import { mergeJobs } from '../state/jobs.ts';
import { hasFrame, maskStrokes, noFrame, sketchStrokes, type Painting, type Stroke } from './painting.ts';
import { flatFile, maskFile, sketchFile } from './render.ts';
import { pending, type Pending } from './state.ts';

export const guideField = (fields: readonly Field[]): Field | undefined =>
  fields.find((field) => field.kind === 'picture' && field.name === 'control-image');

const sameEverywhere = (painting: Painting): string | undefined => {
  const [only, ...others] = painting.layers;
  const whole = only && !others.length && only.visible && only.opacity === 1 && !only.clip.length;
  return whole && only.width === painting.width && only.height === painting.height ? only.picture : undefined;
};

const store = async (file: Promise<Blob>, name: string): Promise<string> => (await api.upload(await file, name)).id;

export interface Plan {
  request: Request;
  frame: Pending['frame'];
  clip: Stroke[];
}

export async function planOf(
  painting: Painting,
  fields: readonly Field[],
  draft: Request,
  sketchGuides: boolean,
): Promise<Plan> {
  const request = toRequest(fields, draft);
  const base = baseField(fields);
  const mask = maskField(fields);
  const guide = sketchGuides ? guideField(fields) : undefined;
  const drawn = sketchStrokes(painting).length > 0;
  const masked = maskStrokes(painting).length > 0;
  const beyond = hasFrame(painting) && fields.some((field) => field.name === 'outpaint');
  const sketchInPicture = drawn && !guide;
  if (base && (painting.layers.length > 0 || sketchInPicture)) {
    const kept = sketchInPicture ? undefined : sameEverywhere(painting);
    request[base.name] = kept ?? (await store(flatFile(painting, sketchInPicture), 'canvas.png'));
  }
  if (guide && drawn) {
    const id = await store(sketchFile(painting), 'sketch.png');
    request[guide.name] = guide.many ? [id] : id;
  }
  if (mask && masked) request[mask.name] = await store(maskFile(painting), 'mask.png');
  const { left, right, top, bottom } = painting.frame;
  if (beyond) request['outpaint'] = [left, right, top, bottom];
  return { request, frame: beyond ? painting.frame : noFrame, clip: masked && !mask ? maskStrokes(painting) : [] };
}

// Hands the task what lies on the canvas; its result is waited for.
export async function send(
  task: string,
  painting: Painting,
  fields: readonly Field[],
  draft: Request,
  sketchGuides = false,
): Promise<Job> {
  const plan = await planOf(painting, fields, draft, sketchGuides);
  const job = await api.submit(task, plan.request);
  mergeJobs([job]);
  pending.value = { job: job.id, frame: plan.frame, clip: plan.clip };
  return job;
}
