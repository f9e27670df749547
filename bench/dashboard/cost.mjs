#!/usr/bin/env node
// What those who look cost training: ten that read as a page does, ten live pages in Chromium (on a quiet machine: they
// need most of a core), ten that open a stream and never read it, ten that were killed.
//
//   node bench/dashboard/cost.mjs [--case readers|pages|stalled|killed] [--rounds 3] [--seconds 5] [--clients 10]
//
// One run trains on, on one thread; its steps are counted while nobody looks, while the clients are there, and while
// nobody looks again, so that a round compares neighbours. Training and its server share core 0, everything that looks
// runs on core 1. Two numbers: steps per second, which another program on core 0 disturbs, and the processor time of
// the thread that trains and of those that serve, per step, which it hardly does.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    case: { type: 'string', default: 'readers' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '10' },
  },
});
const count = Number(given.clients);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = process.env.BACKFLOW_PROGRAM || join(root, 'artifacts/bin/Backflow.Cli/release/backflow.dll');
const ticksPerSecond = 100;

/** Who looks, given a page's address: an answer when they do, which says how to end them. */
const kinds = { readers: openReaders, pages: openPages, stalled: openStalled, killed: openKilled };

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function openPages(address) {
  const profile = mkdtempSync(join(tmpdir(), 'backflow-pages-'));
  const chromium = process.env.BACKFLOW_CHROMIUM || 'chromium';
  const browser = spawn('taskset', ['-c', '1', chromium, '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run',
    '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
    '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
  const ask = debuggingPipe(browser.stdio[3], browser.stdio[4]);
  const sessions = [];
  for (let i = 0; i < count; i++) {
    // A browser opens six connections to one server: each page has a profile of its own, as ten readers have.
    const { browserContextId } = await ask('Target.createBrowserContext');
    const { targetId } = await ask('Target.createTarget', { url: address, browserContextId, width: 1280, height: 800 });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    // A page that is not in front closes its stream: each is made to believe that it is.
    await ask('Emulation.setFocusEmulationEnabled', { enabled: true }, sessionId);
    sessions.push(sessionId);
  }

  for (const session of sessions) await until(async () => (await ask('Runtime.evaluate', {
    expression: "!document.hidden && document.querySelector('.bar .live.live') !== null && document.querySelector('.heatmap canvas')?.width > 300",
  }, session)).result.value === true);
  return async () => {
    const steps = [];
    for (const session of sessions) {
      steps.push((await ask('Runtime.evaluate', { expression: "document.querySelector('.bar input[type=number]').value" }, session)).result.value);
    }

    process.kill(-browser.pid, 'SIGKILL');
    await pause(500);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    return `pages showed step ${Math.min(...steps)} to ${Math.max(...steps)}`;
  };
}

/** The DevTools protocol over a pipe: JSON ended by a zero byte. */
function debuggingPipe(input, output) {
  const waiting = new Map();
  let [id, rest] = [0, ''];
  output.setEncoding('utf8');
  output.on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      const answer = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) answer?.reject(new Error(message.error.message));
      else answer?.resolve(message.result);
    }
  });
  return (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    waiting.set(++id, { resolve, reject });
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  });
}

async function until(isTrue) {
  for (let i = 0; i < 300; i++) {
    if (await isTrue()) return;
    await pause(100);
  }
  throw new Error('A page never showed its run.');
}

/** Streams that are opened and never read: without a listener for data, nothing leaves the kernel's buffer. */
async function openStalled(address) {
  const { host, hostname, port, pathname } = new URL(address);
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`GET /api${pathname.replace('run', 'runs')}/live HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    return socket;
  });
  return async () => sockets.forEach((socket) => socket.destroy());
}

/** A process that asks as many times for what a page asks for, and then reads as many streams. */
async function openReaders(address) {
  const source = `
    const api = ${JSON.stringify(address.replace('/run/', '/api/runs/'))};
    const read = async (path) => (await fetch(api + path)).arrayBuffer();
    await Promise.all(Array.from({ length: ${count} }, async () => {
      const { metrics } = await (await fetch(api)).json();
      const scalars = metrics.filter((metric) => metric.kind === 'scalar').map((metric) => 'metric=' + metric.name).join('&');
      await Promise.all([read('/scalars?' + scalars), read('/events'), read('/samples'),
        ...['total-gradient-norm', 'recurrent-spectrum:forget', 'gate-mean:forget'].map((metric) => read('/rows?layer=0&metric=' + metric))]);
      const stream = (await fetch(api + '/live')).body.getReader();
      await stream.read();
      void (async () => { while (!(await stream.read()).done); })();
    }));
    console.log('ready');`;
  const child = spawn('taskset', ['-c', '1', process.execPath, '--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return async () => void child.kill('SIGKILL');
}

/** Readers that are dead when the counting begins. */
async function openKilled(address) {
  await (await openReaders(address))();
  return async () => undefined;
}

/** Trains until it is told to stop, and counts the steps. */
async function train() {
  const folder = mkdtempSync(join(tmpdir(), 'backflow-cost-'));
  const child = spawn('taskset', ['-c', '0', 'dotnet', program, 'train', '--cell', 'lstm', '--threads', '1', '--seed', '1', '--json',
    '--steps', '1000000', '--store', join(folder, 'backflow.db'), '--dashboard', '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let [written, newest, id] = ['', null, null];
  child.stderr.on('data', (text) => (written += text));
  const started = new Promise((resolve) => createInterface({ input: child.stdout }).on('line', (line) => {
    const { event, run, step } = JSON.parse(line);
    if (event === 'start') id = run;
    if (event === 'step') newest = { step, at: performance.now(), ...processorTime(child.pid) };
    if (newest !== null) resolve(id);
  }));
  const run = await started;
  const [, address] = /^Dashboard: (\S+)/m.exec(written);
  return {
    address: new URL(`/run/${run}`, address).href,
    window: async () => {
      const first = newest;
      await pause(1000 * Number(given.seconds));
      const last = newest;
      return {
        rate: 1000 * (last.step - first.step) / (last.at - first.at),
        training: (last.training - first.training) / (last.step - first.step),
        serving: (last.serving - first.serving) / (last.step - first.step),
      };
    },
    stop: async () => {
      child.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Seconds of the thread that trains, the first one, and of those that serve; recorder and spectra serve nobody. */
function processorTime(pid) {
  const seconds = (path) => {
    const stat = readFileSync(path, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')), used: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
  };
  const training = seconds(`/proc/${pid}/task/${pid}/stat`).used;
  // The process counts threads that have ended too.
  let serving = seconds(`/proc/${pid}/stat`).used - training;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const { name, used } = seconds(`/proc/${pid}/task/${task}/stat`);
      if (/^backflow/i.test(name)) serving -= used;
    } catch { /* It has ended. */ }
  }
  return { training, serving };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const milliseconds = (seconds) => `${(1000 * seconds).toFixed(2)} ms`;
const percent = (share) => `${(100 * share).toFixed(1)} %`;

spawnSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' });
const training = await train();
const [rates, costs] = [[], []];
await pause(5000);
// In round 0 the runtime compiles what serves; it does not count.
for (let round = 0; round <= Number(given.rounds); round++) {
  const before = await training.window();
  const close = await kinds[given.case](training.address);
  const during = await training.window();
  const note = await close();
  await pause(500);
  const after = await training.window();
  const alone = (name) => (before[name] + after[name]) / 2;
  if (round > 0) rates.push(during.rate / alone('rate'));
  if (round > 0) costs.push((during.training + during.serving) / (alone('training') + alone('serving')) - 1);
  console.log(`round ${round}: ${alone('rate').toFixed(1)} steps/s alone, ${during.rate.toFixed(1)} with ${count} ${given.case} ; `
    + `per step ${milliseconds(alone('training'))} training and ${milliseconds(alone('serving'))} serving alone, ${milliseconds(during.training)} and ${milliseconds(during.serving)} with them${note ? `; ${note}` : ''}`);
}
await training.stop();
console.log(`${count} ${given.case}: training at ${median(rates).toFixed(3)} of its speed alone, ${percent(median(costs))} more processor time per step (medians of ${rates.length})`);
