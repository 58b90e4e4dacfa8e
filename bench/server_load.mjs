// node bench/server_load.mjs URL [SECONDS]: 100 clients that follow all events and 100 that ask for the list of jobs twice a second, beside jobs that one
// more client submits without pause. Prints how long answers take, how late events come, and what the server needs for it; ends with 1 where
// an answer failed or an event was missed.
import http from 'node:http';

const [url, seconds = '20'] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 400 });
const until = Date.now() + Number(seconds) * 1000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const quantile = (values, q) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? NaN;

function ask(path, method = 'GET', body) {
  return new Promise((done, fail) => {
    const headers = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
    const request = http.request(url + path, { agent, method, headers }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => (response.statusCode < 300 ? done(Buffer.concat(pieces).toString()) : fail(new Error(`${path}: ${response.statusCode}`))));
    });
    request.on('error', fail);
    request.end(body);
  });
}

const answers = [];
let failed = 0;
async function poll(k) {
  await pause((k * 500) / 100);
  while (Date.now() < until) {
    const started = performance.now();
    try {
      await ask('/v1/jobs?limit=10');
      answers.push(performance.now() - started);
    } catch {
      failed += 1;
    }
    await pause(500);
  }
}

const seen = new Map(); // job -> times at which the end of it was heard of
const streams = [];
function follow() {
  return new Promise((open, fail) => {
    const request = http.get(`${url}/v1/events`, { agent: false }, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += piece;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const event = text.slice(0, end);
          text = text.slice(end + 2);
          if (!event.includes('"state":"done"')) continue;
          const job = /"job":"(\w+)"/.exec(event)[1];
          if (!seen.has(job)) seen.set(job, []);
          seen.get(job).push(Date.now());
        }
      });
      open();
    });
    request.on('error', fail);
    streams.push(request);
  });
}

const memory = async () => Number(/^process_resident_memory_bytes (\S+)/m.exec(await ask('/metrics'))[1]);
await Promise.all(Array.from({ length: 100 }, follow));
const polls = Array.from({ length: 100 }, (_, k) => poll(k));
const finished = new Map();
let seed = Math.floor(Math.random() * 1e9);
const whole = [];
while (Date.now() < until) {
  const started = performance.now();
  const request = { model: 'procedural/mountains', width: 64, height: 64, seed: (seed += 1) };
  const job = JSON.parse(await ask('/v1/jobs', 'POST', JSON.stringify({ task: 'paint', request })));
  while (!seen.has(job.id)) await pause(2);
  whole.push(performance.now() - started);
  finished.set(job.id, Date.parse(JSON.parse(await ask(`/v1/jobs/${job.id}`)).finished));
}
await Promise.all(polls);
await pause(500);
const lags = [...finished].flatMap(([job, at]) => seen.get(job).map((heard) => heard - at));
const ms = (value) => `${value.toFixed(1)} ms`;
console.log(`answers: ${answers.length} (${failed} failed), median ${ms(quantile(answers, 0.5))}, 95% ${ms(quantile(answers, 0.95))}, 99% ${ms(quantile(answers, 0.99))}`);
console.log(`events: ${lags.length} of ${finished.size * streams.length} heard, median ${ms(quantile(lags, 0.5))} after the job's end, 99% ${ms(quantile(lags, 0.99))}`);
console.log(`jobs: ${finished.size}, from submission to the event of their end median ${ms(quantile(whole, 0.5))}, 95% ${ms(quantile(whole, 0.95))}`);
console.log(`server: ${((await memory()) / 1048576).toFixed(0)} MB`);
for (const stream of streams) stream.destroy();
agent.destroy();
if (failed > 0 || answers.length === 0 || finished.size === 0 || lags.length !== finished.size * streams.length) process.exitCode = 1;
