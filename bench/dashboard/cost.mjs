#!/usr/bin/env node
// What those who look cost training: ten that read all that ten live pages read, ten that open a stream and never read
// it, ten that were killed.
//
//   node bench/dashboard/cost.mjs [--case readers|stalled|killed] [--rounds 8] [--seconds 3] [--clients 10] [--apart]
//
// One run trains on, on one thread: alone, with the clients, alone, … in short turns, so that a turn is compared with
// its neighbours. Training and its server share core 0, everything that looks runs on core 1. What belongs to Backflow
// is the processor time of the threads that serve, told in nanoseconds by the kernel, as a share of that of the thread
// that trains; what a browser needs to paint is its own and is not counted. Steps per second are printed beside it: any
// other program on core 0 disturbs them. With --apart, core 0 belongs to the thread that trains alone, and what serves
// shares core 1 with what looks: then the steps per second are what is compared.
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
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '10' },
    apart: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (given.help) {
  console.log(`What those who look cost training.

  node bench/dashboard/cost.mjs [--case readers|stalled|killed] [--rounds 8] [--seconds 3] [--clients 10] [--apart]

  --case     who looks: readers read all that live pages read, stalled open a stream and never read it, killed are
             killed
  --rounds   pairs of turns, one alone and one with the clients
  --seconds  how long a turn is
  --clients  how many look
  --apart    what serves shares the core of those who look, so that steps per second can be compared`);
  process.exit();
}

const count = Number(given.clients);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = process.env.BACKFLOW_PROGRAM || join(root, 'artifacts/bin/Backflow.Cli/release/backflow.dll');

/** Who looks, given a page's address: an answer when they do, which says how to end them. */
const kinds = { readers: openReaders, stalled: openStalled, killed: openKilled };

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
      const scalars = metrics.filter((metric) => metric.kind === 'scalar').map((metric) => 'metric=' + metric.name);
      const rows = ['total-gradient-norm', 'recurrent-spectrum:forget', 'gate-mean:forget'];
      await Promise.all([read('/scalars?' + scalars.join('&')), read('/events'), read('/samples'),
        ...rows.map((metric) => read('/rows?layer=0&metric=' + metric))]);
      const stream = (await fetch(api + '/live')).body.getReader();
      await stream.read();
      void (async () => { while (!(await stream.read()).done); })();
    }));
    console.log('ready');`;
  const child = spawn('taskset', ['-c', '1', process.execPath, '--input-type=module', '-e', source],
    { stdio: ['ignore', 'pipe', 'inherit'] });
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
  const child = spawn('taskset', ['-c', '0', 'dotnet', program, 'train', '--cell', 'lstm', '--threads', '1',
    '--seed', '1', '--json', '--steps', '1000000', '--log-interval', '5', '--store', join(folder, 'backflow.db'),
    '--dashboard', '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let [written, newest, id] = ['', null, null];
  const clock = processorClock(child.pid);
  child.stderr.on('data', (text) => (written += text));
  const started = new Promise((resolve) => createInterface({ input: child.stdout }).on('line', (line) => {
    const { event, run, step } = JSON.parse(line);
    if (event === 'start') id = run;
    if (event === 'step') newest = { step, at: performance.now() };
    if (newest !== null) resolve(id);
  }));
  const run = await started;
  const [, address] = /^Dashboard: (\S+)/m.exec(written);
  // Threads that are made later are made by those that serve, and stay with them.
  if (given.apart) spawnSync('taskset', ['-acp', '1', String(child.pid)], { stdio: 'ignore' });
  if (given.apart) spawnSync('taskset', ['-cp', '0', String(child.pid)], { stdio: 'ignore' });
  return {
    address: new URL(`/run/${run}`, address).href,
    clock,
    turn: async () => {
      const [first, begin] = [newest, clock()];
      await pause(1000 * Number(given.seconds));
      const [last, end] = [newest, clock()];
      return {
        rate: 1000 * (last.step - first.step) / (last.at - first.at),
        serving: (end.serving - begin.serving) / (end.training - begin.training),
        memory: memory(child.pid),
      };
    },
    stop: async () => {
      child.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Nanoseconds of the thread that trains, the first one, and of those that serve; recorder and workers are neither. */
function processorClock(pid) {
  // By thread, so that the time of one that has ended still counts.
  const used = new Map();
  return () => {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      try {
        if (/^backflow/i.test(readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8'))) continue;
        used.set(task, Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]));
      } catch { /* It has ended. */ }
    }
    const training = used.get(String(pid));
    return { training, serving: [...used.values()].reduce((sum, one) => sum + one, 0) - training };
  };
}

/** MiB that the process has in memory. */
function memory(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

const median = (values) => quantile(values, 0.5);
const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
const percent = (share) => `${(100 * share).toFixed(2)} %`;

spawnSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' });
const training = await train();
const [rates, costs, openings, sizes] = [[], [], [], []];
await pause(5000);
let before = await training.turn();
// In round 0 the runtime compiles what serves; it does not count.
for (let round = 0; round <= Number(given.rounds); round++) {
  const closed = training.clock();
  const close = await kinds[given.case](training.address);
  const opening = (training.clock().serving - closed.serving) / 1e6 / count;
  const during = await training.turn();
  await close();
  const after = await training.turn();
  const alone = { rate: (before.rate + after.rate) / 2, serving: (before.serving + after.serving) / 2 };
  if (round > 0) rates.push(during.rate / alone.rate);
  if (round > 0) costs.push(during.serving - alone.serving);
  if (round > 0) openings.push(opening);
  sizes.push(during.memory);
  console.log(`round ${round}: ${alone.rate.toFixed(1)} steps/s alone, `
    + `${during.rate.toFixed(1)} with ${count} ${given.case}; `
    + `serving takes ${percent(alone.serving)} of training's processor time alone, `
    + `${percent(during.serving)} with them; ${during.memory.toFixed(0)} MiB`);
  before = after;
}
await training.stop();
console.log(`${count} ${given.case}: ${percent(median(costs))} of training's processor time `
  + `(median of ${costs.length}, largest ${percent(Math.max(...costs))}); `
  + `steps per second ${median(rates).toFixed(3)} of those alone `
  + `(half of the turns ${quantile(rates, 0.25).toFixed(3)} to ${quantile(rates, 0.75).toFixed(3)}, `
  + `all ${Math.min(...rates).toFixed(2)} to ${Math.max(...rates).toFixed(2)}); `
  + `opening one takes ${median(openings).toFixed(0)} ms; `
  + `memory ${sizes[1].toFixed(0)} to ${sizes.at(-1).toFixed(0)} MiB`);
