// The npm package openai against a server at URL; node_modules of FOLDER has it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [url, folder] = process.argv.slice(2);
const { default: OpenAI, NotFoundError, toFile } = await import(pathToFileURL(createRequire(`${folder}/`).resolve('openai')).href);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'not-needed-here', maxRetries: 0 });
const expect = (good, what) => {
  if (!good) throw new Error(what);
};

const names = [];
for await (const model of client.models.list()) names.push(model.id);
expect(names.includes('procedural/city'), names.join());
const result = await client.images.generate({ model: 'procedural/city', prompt: 'a city', size: '256x256', response_format: 'b64_json' });
expect(Buffer.from(result.data[0].b64_json, 'base64').subarray(1, 4).toString() === 'PNG', 'no PNG came');
// over a picture; the file is its own mask where it is transparent, which this one is nowhere
const model = 'file:tiny.safetensors';
const [small] = (await client.images.generate({ model: 'procedural/city', prompt: 'a city', size: '64x64', response_format: 'b64_json' })).data;
const photo = () => toFile(Buffer.from(small.b64_json, 'base64'), 'city.png', { type: 'image/png' });
for (const answer of [
  await client.images.edit({ model, image: await photo(), prompt: 'a red fox', size: '64x64', response_format: 'b64_json' }),
  await client.images.createVariation({ model, image: await photo(), size: '64x64', response_format: 'b64_json' }),
]) {
  expect(answer.data.length === 1 && answer.data[0].b64_json !== small.b64_json, 'nothing was painted over the picture');
  expect(Buffer.from(answer.data[0].b64_json, 'base64').subarray(1, 4).toString() === 'PNG', 'no PNG came');
}
try {
  await client.images.generate({ model: 'no-such-model', prompt: 'x' });
  throw new Error('an unknown model was not refused');
} catch (error) {
  expect(error instanceof NotFoundError, String(error));
}
console.log('openai for JavaScript works unchanged');
