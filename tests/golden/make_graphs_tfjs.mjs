// Writes data/graphs_tfjs.safetensors: what TensorFlow.js makes of a drawn picture with published graph models.
//
//   npm install @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
//   node make_graphs_tfjs.mjs MODELS_FOLDER [NAME...]   # the cache, which holds NAME/model.json; without names all of those below
//
// Answers of other names stay in the file.
//
// The picture is picture() of make_graphs_published.py; of each answer every k-th value is kept.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(path.join(process.cwd(), "x.js"));
const tf = require("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");
const kept = 4000;

function picture(height, width) {
  const values = new Float32Array(height * width * 3);
  for (let y = 0, i = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      for (let c = 0; c < 3; ++c, ++i)
        values[i] = 0.5 + 0.25 * Math.sin(0.05 * x + 0.03 * y * (c + 1)) + 0.2 * Math.cos(0.11 * y - 0.07 * x + c) + 0.04 * Math.sin(12.9898 * x + 78.233 * y);
  return values;
}

// [name, height, width, black, white]
const cases = [
  ["cartoongan/hayao", 64, 80, 0, 1],
  ["maxim-enhancement", 64, 64, 0, 1],
  ["maxim-deraining", 64, 64, 0, 1],
  ["maxim-denoising", 64, 64, 0, 1],
  ["maxim-deblurring", 64, 64, 0, 1],
];

async function load(folder) {
  const json = JSON.parse(fs.readFileSync(path.join(folder, "model.json")));
  const groups = json.weightsManifest;
  const data = Buffer.concat(groups.flatMap((g) => g.paths.map((p) => fs.readFileSync(path.join(folder, p)))));
  const weightData = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return tf.loadGraphModel({ load: async () => ({ modelTopology: json.modelTopology, weightSpecs: groups.flatMap((g) => g.weights), weightData, signature: json.signature, format: json.format }) });
}

const header = { __metadata__: { tfjs: tf.version.tfjs } };
const blobs = [];
let offset = 0;
function put(name, dtype, shape, buffer) {
  header[name] = { dtype, shape, data_offsets: [offset, offset + buffer.length] };
  offset += buffer.length;
  blobs.push(buffer);
}

const file = new URL("data/graphs_tfjs.safetensors", import.meta.url);
function keep(names) {
  if (!fs.existsSync(file)) return;
  const old = fs.readFileSync(file);
  const size = Number(old.readBigUInt64LE(0));
  for (const [name, entry] of Object.entries(JSON.parse(old.subarray(8, 8 + size))))
    if (name !== "__metadata__" && !names.includes(name.replace(".shape", "")))
      put(name, entry.dtype, entry.shape, old.subarray(8 + size + entry.data_offsets[0], 8 + size + entry.data_offsets[1]));
}

function write() {
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  fs.writeFileSync(file, Buffer.concat([length, Buffer.from(text), ...blobs]));
}

wasm.setWasmPaths(path.join(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out/"));
wasm.setThreadsCount(1);
await tf.setBackend("wasm");

// The one operator of MAXIM that the WebAssembly backend lacks: "abcg,gf->abcf" and the like, as transpositions and a matrix product.
tf.registerKernel({
  kernelName: "Einsum",
  backendName: "wasm",
  kernelFunc: ({ inputs, attrs }) => {
    const [left, right, result] = attrs.equation.replaceAll(" ", "").split(/,|->/);
    const summed = [...left].filter((i) => right.includes(i) && !result.includes(i));
    const [l, r] = [[...left].filter((i) => !summed.includes(i)), [...right].filter((i) => !summed.includes(i))];
    if (l.some((i) => right.includes(i))) throw new Error("einsum " + attrs.equation);
    const [a, b] = inputs;
    const rows = a.transpose([...l, ...summed].map((i) => left.indexOf(i))), columns = b.transpose([...summed, ...r].map((i) => right.indexOf(i)));
    const inner = summed.reduce((n, i) => n * a.shape[left.indexOf(i)], 1);
    const sizes = [...l.map((i) => a.shape[left.indexOf(i)]), ...r.map((i) => b.shape[right.indexOf(i)])];
    const product = rows.reshape([-1, inner]).matMul(columns.reshape([inner, -1])).reshape(sizes);
    return product.transpose([...result].map((i) => [...l, ...r].indexOf(i)));
  },
});

console.log("backend", tf.getBackend());
const [models, ...asked] = process.argv.slice(2);
const wanted = asked.length > 0 ? asked : cases.map((c) => c[0]);
keep(wanted);
for (const [name, height, width, black, white] of cases) {
  if (!wanted.includes(name)) continue;
  const folder = path.join(models, name);
  if (!fs.existsSync(folder)) {
    console.log("left out:", name);
    continue;
  }
  const start = Date.now();
  const model = await load(folder);
  const values = picture(height, width).map((v) => v * (white - black) + black);
  let input = tf.tensor(values, [1, height, width, 3]);
  if (model.inputs[0].shape && model.inputs[0].shape.length === 3) input = input.squeeze([0]);
  let answer = model.execute(input);
  if (Array.isArray(answer)) answer = answer[0];
  const all = await answer.data();
  const step = Math.max(1, Math.floor(all.length / kept));
  const some = Float32Array.from({ length: Math.ceil(all.length / step) }, (_, i) => all[i * step]);
  console.log(name, answer.shape, model.inputs[0].shape, "from", all.reduce((a, b) => Math.min(a, b)), "to", all.reduce((a, b) => Math.max(a, b)), `${(Date.now() - start) / 1000} s`);
  put(name, "F32", [some.length], Buffer.from(some.buffer));
  put(name + ".shape", "I64", [answer.shape.length + 1], Buffer.from(BigInt64Array.from([...answer.shape, step], BigInt).buffer));
  write();  // the next may take long
}
