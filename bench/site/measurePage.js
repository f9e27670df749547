// Runs in the browser, beside the site's page in a frame: both share one thread, as a reader's page has one.
const query = new URLSearchParams(location.search);
const frame = document.getElementById('page');
const pause = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Opens a page of the site and waits for what it is asked for; milliseconds since it was opened. */
async function open(path, seen) {
  const start = performance.now();
  frame.src = path;
  for (;;) {
    await pause(5);
    if (frame.contentDocument?.location.pathname === path && seen(frame.contentDocument)) break;
  }
  return performance.now() - start;
}

const first = await open(
  '/learn/regimes/',
  (page) => page.querySelector('.computed')?.textContent.trim().startsWith('After') === true,
);

const engine = new Worker(`/assets/${query.get('worker')}`, { type: 'module' });
engine.postMessage({ kind: 'load', address: `${location.origin}/engine/dotnet.js` });
let last = 0;
function ask(values) {
  return new Promise((resolve) => {
    engine.onmessage = resolve;
    engine.postMessage({ kind: 'ask', id: ++last, question: 'explorer', values: JSON.stringify(values) });
  });
}

const warm = [];
for (const [cell, hidden, length] of [
  ['rnn', '16', '8'],
  ['lstm', '16', '8'],
  ['rnn', '64', '100'],
  ['lstm', '64', '100'],
  ['gru', '64', '100'],
]) {
  const times = [];
  for (let i = 0; i < Number(query.get('rounds')) + 5; i++) {
    const start = performance.now();
    await ask({ cell, hidden, length, scale: String(0.8 + i / 1000) });
    if (i >= 5) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  warm.push({ what: `explorer, warm: ${cell}, H ${hidden}, T ${length}`, median, most: times.at(-1) });
}
engine.terminate();

await open('/learn/playground/', (page) => page.querySelector('button.primary') !== null);
const page = frame.contentDocument;
// Nothing else starts or ends meanwhile.
await pause(1000);
let gap = 0;
let tick = performance.now();
const ticking = setInterval(() => {
  const now = performance.now();
  gap = Math.max(gap, now - tick);
  tick = now;
}, 4);
const start = performance.now();
page.querySelector('button.primary').click();
const progress = page.querySelector('progress');
while (progress.value < progress.max) await pause(5);
const training = performance.now() - start;
clearInterval(ticking);
await fetch('/result', {
  method: 'POST',
  body: JSON.stringify({ first, warm, training, steps: progress.max, gap }),
});
