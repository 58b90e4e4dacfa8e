// The page of a run: style and script stand here as they are sent, the data goes between them.
#include <string_view>

#include "train/watch/report.hpp"

namespace inkstone {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --paper: #f6f4ef; --card: #fffefb; --ink: #22242a; --soft: #6a6d76; --line: #e2ded4; --grid: #ece8df;
  --seal: #b13a2e; --good: #2f7d4f; --c0: #2f6db3; --c1: #c65a2e; --c2: #2f8f6b; --c3: #8457b5; --c4: #a5800f; --c5: #b5467f; --c6: #3f93a6; --c7: #6b7280; }
@media (prefers-color-scheme: dark) { :root { --paper: #14161a; --card: #1c1f25; --ink: #e6e4de; --soft: #9a9da6; --line: #2e323a; --grid: #272b32;
  --seal: #e0705f; --good: #6cc192; --c0: #6ea8e8; --c1: #f2935f; --c2: #63c9a0; --c3: #b795ec; --c4: #dcb84e; --c5: #ec86b5; --c6: #74c8da; --c7: #a3a9b5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1480px; padding: 28px 28px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: baseline; }
h1 { margin: 0; font-size: 27px; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 34px 0 12px; font-size: 17px; font-weight: 650; }
.family { color: var(--soft); }
.state { padding: 2px 11px; border-radius: 99px; font-size: 13px; font-weight: 600; color: var(--card); background: var(--soft); }
.state.running { background: var(--seal); } .state.done { background: var(--good); }
.bar { height: 6px; margin: 16px 0 14px; border-radius: 3px; background: var(--line); overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--seal); }
.facts { display: flex; flex-wrap: wrap; gap: 8px 34px; margin: 0; }
.facts dt { color: var(--soft); font-size: 12.5px; } .facts dd { margin: 0; font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; }
.tools { display: flex; flex-wrap: wrap; gap: 10px 22px; align-items: center; margin: 0 0 12px; color: var(--soft); font-size: 13.5px; }
.tools label { display: flex; gap: 8px; align-items: center; } input[type=range] { accent-color: var(--seal); width: 150px; }
select, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 2px 9px; cursor: pointer; }
button[aria-pressed=true] { background: var(--ink); color: var(--card); border-color: var(--ink); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(430px, 100%), 1fr)); gap: 16px; }
.card { position: relative; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px 8px; min-width: 0; }
.card.wide { grid-column: 1 / -1; }
.card .head { display: flex; gap: 6px; align-items: center; } .card h3 { flex: 1; margin: 0; font-size: 14.5px; font-weight: 600; overflow-wrap: anywhere; }
.card .head button { font-size: 12px; padding: 0 8px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 4px 0 0; font-size: 12.5px; color: var(--soft); }
.legend b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; } .legend i, .tip i { display: inline-block; width: 11px; height: 3px; margin-right: 6px; vertical-align: middle; border-radius: 2px; }
svg { display: block; width: 100%; height: 230px; touch-action: pan-y; } .wide svg { height: 400px; }
svg text { fill: var(--soft); font-size: 11.5px; font-variant-numeric: tabular-nums; } .gridline { stroke: var(--grid); } .axis { stroke: var(--line); }
.raw { fill: none; stroke-width: 1; opacity: .28; } .smooth { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.cursor { stroke: var(--soft); stroke-dasharray: 3 3; }
.tip { position: absolute; z-index: 2; pointer-events: none; padding: 6px 10px; border-radius: 7px; background: var(--ink); color: var(--card); font-size: 12.5px; line-height: 1.45; white-space: nowrap; font-variant-numeric: tabular-nums; }
.top { display: flex; flex-wrap: wrap; gap: 0 16px; align-items: stretch; } .top section { display: flex; flex-direction: column; max-width: 100%; }
.top section[hidden] { display: none; } .top section:last-child { flex: 1 1 380px; }
.samples { display: flex; flex-wrap: wrap; gap: 16px; } .samples .card { padding: 14px; }
.samples img { display: block; max-width: 100%; width: auto; height: auto; margin: 10px 0; image-rendering: pixelated; border-radius: 4px; }
.samples .tools { margin: 0; } .samples input { flex: 1; min-width: 140px; width: 100%; } .samples label { flex: 1; }
.samples b { font-variant-numeric: tabular-nums; color: var(--ink); }
ol.messages { list-style: none; margin: 0; padding: 6px 16px; flex: 1 1 200px; max-height: 780px; min-height: 120px; overflow-y: auto; }
ol.messages li { padding: 8px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; } ol.messages li:last-child { border-bottom: 0; }
ol.messages span { color: var(--soft); font-size: 12.5px; font-variant-numeric: tabular-nums; }
details { margin-top: 22px; } summary { cursor: pointer; font-size: 17px; font-weight: 650; } .scroll { overflow-x: auto; margin-top: 12px; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; min-width: 60%; } th, td { text-align: left; padding: 4px 20px 4px 6px; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; } td.n, th.n { text-align: right; } tr.sum td { font-weight: 650; border-bottom: 0; }
pre { margin: 0; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
footer { margin-top: 34px; color: var(--soft); font-size: 13px; }
)css";

constexpr std::string_view kScript = R"js(
'use strict';
const run = JSON.parse(document.getElementById('run').textContent);
const byId = id => document.getElementById(id);
function make(tag, attributes = {}, ...children) {
  const svg = ['svg', 'path', 'line', 'text', 'g', 'circle', 'rect'].includes(tag);
  const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) name.startsWith('on') ? node.addEventListener(name.slice(2), value) : node.setAttribute(name, value);
  node.append(...children);
  return node;
}
// Choices outlive the page's own reloads; a browser that keeps nothing for files is fine too.
const store = { get: (key, other) => { try { return sessionStorage.getItem(run.name + key) ?? other; } catch { return other; } },
                set: (key, value) => { try { sessionStorage.setItem(run.name + key, value); } catch {} } };
const whole = n => Math.round(n).toLocaleString('en');
function short(v) {
  if (v === null || !isFinite(v)) return 'not finite';
  const a = Math.abs(v);
  if (a !== 0 && (a < 1e-3 || a >= 1e7)) return v.toExponential(2).replace(/\.?0*e\+?/, 'e');
  return a >= 1e4 ? whole(v) : String(+v.toPrecision(4));
}
function compact(n) {
  const units = ['', 'k', 'M', 'G', 'T', 'P'];
  let k = 0;
  while (n >= 999.5 && k < 5) { n /= 1000; ++k; }
  return +n.toPrecision(k ? 3 : 4) + (k ? ' ' + units[k] : '');
}
function duration(s) {
  if (s < 90) return s.toFixed(s < 10 ? 1 : 0) + ' s';
  if (s < 5400) return Math.floor(s / 60) + ' min ' + Math.round(s % 60) + ' s';
  return Math.floor(s / 3600) + ' h ' + Math.round(s % 3600 / 60) + ' min';
}
const last = name => { const c = run.curves[name]; return c && c[1].length ? c[1][c[1].length - 1] : null; };

// Head: state, progress, a few figures.
byId('name').textContent = run.name || 'run';
byId('family').textContent = run.family;
const ended = run.outcome !== null, complete = run.steps > 0 && run.step >= run.steps;
const state = byId('state');
state.textContent = ended ? (complete ? 'finished' : 'ended') : 'running';
state.classList.add(ended ? (complete ? 'done' : 'ended') : 'running');
byId('progress').style.width = run.steps ? Math.min(100, 100 * run.step / run.steps) + '%' : '0';
const seconds = last('seconds'), facts = [['step', whole(run.step) + (run.steps ? ' of ' + whole(run.steps) : '')]];
if (seconds) facts.push(['time', duration(seconds)]);
if (seconds && !ended && run.step > 0 && run.steps > run.step) facts.push(['left, about', duration(seconds / run.step * (run.steps - run.step))]);
if (last('images_per_second') !== null) facts.push(['images per second', short(last('images_per_second'))]);
const parameters = run.modules.reduce((sum, m) => sum + m[3], 0);
if (parameters) facts.push(['parameters', compact(parameters)]);
for (const [name, value] of facts) byId('facts').append(make('div', {}, make('dt', {}, name), make('dd', {}, value)));
if (ended && run.outcome !== state.textContent) byId('outcome').textContent = run.outcome;
if (ended && complete) byId('progress').style.background = 'var(--good)';

// Curves. Losses share a chart, a validation stands with what it validates, "group/name" with its group.
function group(name) {
  const bare = name.replace(/^validation\//, ''), words = bare.split(/[\s_\/.\-]+/);
  if (words.includes('loss')) return 'loss';
  if (bare.includes('/')) return bare.slice(0, bare.indexOf('/'));
  return bare.replace(/\(.*$/, '').replace(/_(real|fake)$/, '').replace(/_/g, ' ');  // D(x) beside D(G(z)), a figure of the data beside that of samples
}
const groups = new Map();
for (const name of Object.keys(run.curves)) {
  if (name === 'seconds') continue;
  if (!groups.has(group(name))) groups.set(group(name), []);
  groups.get(group(name)).push(name);
}
const rank = title => title === 'loss' ? 0 : ['images per second', 'learning rate', 'memory mb'].includes(title) ? 2 : 1;
const titles = [...groups.keys()].sort((a, b) => rank(a) - rank(b));

// Seconds at a step, between the points at hand.
function seconds_at(step) {
  const [steps, values] = run.curves.seconds || [[], []];
  let k = steps.findIndex(s => s >= step);
  if (k < 0) k = steps.length - 1;
  if (k <= 0 || steps[k] === steps[k - 1]) return k < 0 ? step : values[k] * (steps[k] ? Math.min(1, step / steps[k]) : 1);
  return values[k - 1] + (values[k] - values[k - 1]) * (step - steps[k - 1]) / (steps[k] - steps[k - 1]);
}
// Mean that forgets at the given rate, without the bias of its start.
function smoothed(values, forget) {
  let mean = 0, weight = 0;
  return values.map(v => {
    if (v === null) return null;
    mean = forget * mean + (1 - forget) * v;
    weight = forget * weight + (1 - forget);
    return mean / weight;
  });
}
function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high * (1 + 1e-12) + step * 1e-9; ++k) found.push(+(k * step).toPrecision(12));
  return found;
}
function log_ticks(low, high) {
  const found = [], decades = Math.log10(high / low), stride = Math.max(1, Math.round(decades / 5));
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); ++e)
    for (const m of decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 3 ? [1, 3] : e % stride ? [] : [1]) { const t = m * 10 ** e; if (t >= low && t <= high) found.push(t); }
  return found.length > 1 ? found : [low, high];
}
const colour = k => 'var(--c' + k % 8 + ')';
const path = (xs, ys, x, y) => xs.reduce((d, v, k) => {
  const py = ys[k] === null ? null : y(ys[k]);
  if (py === null || !isFinite(py)) return { text: d.text, pen: 'M' };
  return { text: d.text + d.pen + x(v).toFixed(1) + ' ' + py.toFixed(1), pen: 'L' };
}, { text: '', pen: 'M' }).text;

let by_time = store.get('time') === 'true', forget = +store.get('smooth', 0.6);
function draw(card) {
  const { holder, names, legend } = card, width = holder.clientWidth || 420, height = card.node.classList.contains('wide') ? 400 : 230;
  const box = { left: 56, right: width - 10, top: 14, bottom: height - 26 };
  const series = names.map((name, k) => {
    const [steps, raw] = run.curves[name];
    return { name, steps, raw, smooth: smoothed(raw, steps.length > 8 ? forget : 0), xs: by_time ? steps.map(seconds_at) : steps, colour: colour(k) };
  });
  const shown = series.flatMap(s => s.smooth.concat(s.raw)).filter(v => v !== null && isFinite(v) && (!card.log || v > 0)).sort((a, b) => a - b);
  holder.replaceChildren();
  if (!shown.length) { holder.append(make('p', {}, card.log ? 'nothing above zero to show on a logarithmic scale' : 'no finite value yet')); return; }
  // spikes beyond what 99 in 100 points reach are cut off, smooth lines never
  const smooth = series.flatMap(s => s.smooth).filter(v => v !== null && (!card.log || v > 0));
  const reach = (q, pick) => pick(shown[Math.min(shown.length - 1, Math.floor(q * shown.length))], pick(...smooth));
  let low = shown.length < 50 ? shown[0] : reach(.005, Math.min), high = shown.length < 50 ? shown[shown.length - 1] : reach(.995, Math.max);
  if (low === high) { const by = card.log ? 0 : Math.abs(low) * .1 || 1; low = card.log ? low / 2 : low - by; high = card.log ? high * 2 : high + by; }
  else if (!card.log) { const by = (high - low) * .06; low -= low >= 0 && low < by ? low : by; high += by; }
  const x0 = Math.min(...series.map(s => s.xs[0])), x1 = Math.max(...series.map(s => s.xs[s.xs.length - 1]), x0 + 1e-9);
  const x = v => box.left + (v - x0) / (x1 - x0) * (box.right - box.left), scale = card.log ? Math.log10 : v => v;
  const y = v => box.bottom - (scale(v) - scale(low)) / (scale(high) - scale(low)) * (box.bottom - box.top);
  const svg = make('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': card.title + ' over ' + (by_time ? 'time' : 'steps') });
  for (const t of card.log ? log_ticks(low, high) : ticks(low, high, height / 55)) {
    svg.append(make('line', { class: 'gridline', x1: box.left, x2: box.right, y1: y(t), y2: y(t) }));
    svg.append(make('text', { x: box.left - 7, y: y(t) + 4, 'text-anchor': 'end' }, short(t)));
  }
  const clip = 'clip' + card.index;
  svg.insertAdjacentHTML('beforeend', `<clipPath id="${clip}"><rect x="${box.left}" y="${box.top - 6}" width="${box.right - box.left}" height="${box.bottom - box.top + 8}"/></clipPath>`);
  for (const t of ticks(x0, x1, width / 80)) svg.append(make('text', { x: x(t), y: height - 7, 'text-anchor': x(t) > box.right - 20 ? 'end' : x(t) < box.left + 10 ? 'start' : 'middle' }, by_time ? duration(t) : t < 1e5 ? whole(t) : compact(t)));
  svg.append(make('line', { class: 'axis', x1: box.left, x2: box.right, y1: box.bottom + .5, y2: box.bottom + .5 }));
  const lines = make('g', { 'clip-path': `url(#${clip})` });
  for (const s of series) {
    if (forget > 0 && s.steps.length > 8) lines.append(make('path', { class: 'raw', stroke: s.colour, d: path(s.xs, s.raw, x, y) }));
    lines.append(make('path', { class: 'smooth', stroke: s.colour, d: path(s.xs, s.smooth, x, y) }));
    if (s.steps.length === 1) lines.append(make('circle', { cx: x(s.xs[0]), cy: y(s.raw[0]), r: 3, fill: s.colour }));
  }
  const cursor = make('line', { class: 'cursor', y1: box.top, y2: box.bottom, visibility: 'hidden' }), dots = make('g');
  svg.append(lines, cursor, dots);
  const tip = make('div', { class: 'tip', hidden: '' });
  function point(event) {
    const at = svg.getBoundingClientRect(), wanted = x0 + (Math.max(box.left, Math.min(box.right, (event.clientX - at.left) * width / at.width)) - box.left) / (box.right - box.left) * (x1 - x0);
    const nearest = s => s.xs.reduce((best, v, k) => Math.abs(v - wanted) < Math.abs(s.xs[best] - wanted) ? k : best, 0);
    const found = series.map(s => [s, nearest(s)]), [main, k] = found.reduce((a, b) => Math.abs(a[0].xs[a[1]] - wanted) <= Math.abs(b[0].xs[b[1]] - wanted) ? a : b);
    const px = x(main.xs[k]);
    cursor.setAttribute('x1', px); cursor.setAttribute('x2', px); cursor.setAttribute('visibility', 'visible');
    dots.replaceChildren(...found.filter(([s, j]) => s.smooth[j] !== null && s.smooth[j] >= low && s.smooth[j] <= high).map(([s, j]) => make('circle', { cx: x(s.xs[j]), cy: y(s.smooth[j]), r: 3.2, fill: s.colour })));
    tip.hidden = false;
    tip.replaceChildren(make('div', {}, 'step ' + whole(main.steps[k]) + (run.curves.seconds ? ' · ' + duration(seconds_at(main.steps[k])) : '')),
      ...found.map(([s, j]) => make('div', {}, make('i', { style: 'background:' + s.colour }), s.name + '  ' + short(s.raw[j]) + (forget > 0 && s.steps.length > 8 && s.raw[j] !== null ? '  (smooth ' + short(s.smooth[j]) + ')' : ''))));
    const card_left = card.node.getBoundingClientRect().left, after = holder.offsetLeft + px + 12, before = holder.offsetLeft + px - 12 - tip.offsetWidth;
    const left = px > width * .55 ? Math.max(before, 8 - card_left) : Math.min(after, document.documentElement.clientWidth - 8 - card_left - tip.offsetWidth);
    tip.style.cssText = `top:${holder.offsetTop + 8}px;left:${left}px`;
  }
  const leave = () => { tip.hidden = true; cursor.setAttribute('visibility', 'hidden'); dots.replaceChildren(); };
  svg.addEventListener('pointermove', point);
  svg.addEventListener('pointerdown', point);
  svg.addEventListener('pointerleave', leave);
  holder.append(svg, tip);
  legend.replaceChildren(...series.map(s => make('span', {}, make('i', { style: 'background:' + s.colour }), (names.length > 1 || group(s.name) === 'loss' ? s.name : 'latest') + ' ', make('b', {}, short(s.raw[s.raw.length - 1])))));
}
const cards = titles.map((title, index) => {
  const names = groups.get(title), holder = make('div'), legend = make('div', { class: 'legend' });
  const node = make('section', { class: 'card' }), card = { title, index, names, holder, legend, node, log: store.get('log ' + title) === 'true' };
  const log = make('button', { type: 'button', 'aria-pressed': card.log, title: 'logarithmic scale', onclick: () => {
    card.log = !card.log; store.set('log ' + title, card.log); log.setAttribute('aria-pressed', card.log); draw(card); } }, 'log');
  const wide = make('button', { type: 'button', 'aria-pressed': false, title: 'over the whole width', onclick: () => {
    wide.setAttribute('aria-pressed', node.classList.toggle('wide')); draw(card); } }, 'wide');
  node.append(make('div', { class: 'head' }, make('h3', {}, title), log, wide), legend, holder);
  byId('charts').append(node);
  return card;
});
const redraw = () => cards.forEach(draw);
if (!cards.length) byId('charts').append(make('p', {}, 'Nothing reported yet.'));
byId('smooth').value = forget;
byId('smooth').addEventListener('input', event => { forget = +event.target.value; store.set('smooth', forget); redraw(); });
byId('axis').value = by_time ? 'time' : 'step';
byId('axis').addEventListener('change', event => { by_time = event.target.value === 'time'; store.set('time', by_time); redraw(); });
let width = 0;
new ResizeObserver(() => { if (innerWidth !== width) { width = innerWidth; redraw(); } }).observe(document.body);
redraw();

// Samples over time.
for (const [tag, list] of Object.entries(run.pictures)) {
  if (!list.length) continue;
  const image = make('img', { alt: tag }), label = make('b'), slider = make('input', { type: 'range', min: 0, max: list.length - 1, step: 1, value: list.length - 1, 'aria-label': 'step of ' + tag });
  const show = () => { const [step, url] = list[slider.value]; image.src = url; label.textContent = 'step ' + whole(step); image.alt = tag + ' at step ' + step; };
  // small grids are enlarged by whole factors, so that pixels stay square
  image.addEventListener('load', () => { image.style.width = image.naturalWidth * Math.max(1, Math.floor(660 / image.naturalWidth)) + 'px'; });
  let timer = null;
  const play = make('button', { type: 'button', onclick: () => {
    if (timer) { clearInterval(timer); timer = null; play.textContent = 'play'; return; }
    if (+slider.value === list.length - 1) slider.value = 0;
    play.textContent = 'stop'; show();
    timer = setInterval(() => { if (+slider.value >= list.length - 1) return play.click(); ++slider.value; show(); }, 350);
  } }, 'play');
  slider.addEventListener('input', show);
  const tools = make('div', { class: 'tools' }, label);
  if (list.length > 1) tools.append(make('label', {}, slider), play);
  byId('samples').append(make('section', { class: 'card' }, make('h3', { style: 'margin:0;font-size:14.5px' }, tag), image, tools));
  show();
}
byId('samples').parentElement.hidden = !byId('samples').children.length;

// What the run said, newest first.
for (const [step, text] of run.messages.slice().reverse()) byId('messages').append(make('li', {}, make('span', {}, 'step ' + whole(step)), make('div', {}, text)));
byId('messages').parentElement.hidden = !run.messages.length;

// Model and config.
const rows = byId('modules'), cell = (text, number) => make('td', number ? { class: 'n' } : {}, text);
for (const [name, kind, output, count, flops] of run.modules)
  rows.append(make('tr', {}, cell(name), cell(kind), cell(output.length ? output.join(' × ') : '–'), cell(count ? whole(count) : '–', true), cell(flops ? compact(flops) : '–', true)));
rows.append(make('tr', { class: 'sum' }, cell('total'), cell(''), cell(''), cell(whole(parameters), true), cell(compact(run.modules.reduce((sum, m) => sum + m[4], 0)), true)));
byId('model').hidden = !run.modules.length;
byId('config').textContent = run.config;
byId('config').closest('details').hidden = !run.config;
byId('written').textContent = new Date(run.written * 1000).toLocaleString();
// a run that goes on rewrites this page; look again now and then
if (!ended && Date.now() / 1000 - run.written < 3600) setTimeout(() => location.reload(), 60000);
)js";

constexpr std::string_view kBody = R"html(
<header><h1 id="name"></h1><span id="family" class="family"></span><span id="state" class="state"></span><span id="outcome" class="family"></span></header>
<div class="bar"><i id="progress"></i></div>
<dl id="facts" class="facts"></dl>
<noscript><p>This page draws its curves with JavaScript; metrics.jsonl beside it holds the figures.</p></noscript>
<main>
<div class="top"><section><h2>Samples</h2><div id="samples" class="samples"></div></section>
<section><h2>Messages</h2><ol id="messages" class="messages card"></ol></section></div>
<section><h2>Curves</h2>
<div class="tools"><label>smooth <input id="smooth" type="range" min="0" max="0.98" step="0.02"></label>
<label>over <select id="axis"><option value="step">steps</option><option value="time">time</option></select></label></div>
<div id="charts" class="charts"></div></section>
<details id="model" open><summary>Model</summary><div class="scroll"><table>
<thead><tr><th>module</th><th>kind</th><th>output</th><th class="n">parameters</th><th class="n">FLOPs</th></tr></thead><tbody id="modules"></tbody></table></div></details>
<details><summary>Config</summary><div class="scroll"><pre id="config"></pre></div></details>
</main>
<footer>Written by Inkstone, <span id="written"></span>. FLOPs are of one picture forward; a multiplication and an addition are two.</footer>
)html";

std::string escaped(const std::string& text) {
  std::string html;
  for (const char c : text) html += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return html;
}

// JSON inside a script element must not be able to close it.
std::string inside_script(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) c == '<' ? safe += "\\u003c" : safe += c;
  return safe;
}

}  // namespace

std::string report_page(const std::string& title, const std::string& data) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n";
  page += "<title>" + escaped(title) + " - Inkstone</title>\n<style>";
  page += kStyle;
  page += "</style></head>\n<body>";
  page += kBody;
  page += "<script type=\"application/json\" id=\"run\">" + inside_script(data) + "</script>\n<script>";
  page += kScript;
  return page + "</script>\n</body></html>\n";
}

}  // namespace inkstone
