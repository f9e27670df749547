#!/usr/bin/env node
// How fast the exported site is in a real browser: the first answer on a cold cache, warm answers of the explorer, the
// small training and how long the page stands still meanwhile, and what has to be fetched.
//
//   node bench/site/measure.mjs [--site FOLDER] [--browser chromium] [--rounds 20]
//
// Without a folder it exports a site. It serves the files as a host does that has compressed ones, opens a browser with
// an empty profile, and lets the page measure: browser and server share the machine, and there is no network between
// them. Times of warm answers are medians after five answers that are not counted.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    site: { type: 'string' },
    browser: { type: 'string', default: process.env.BACKFLOW_CHROMIUM || 'chromium' },
    rounds: { type: 'string', default: '20' },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const program =
  process.env.BACKFLOW_PROGRAM || join(here, '..', '..', 'artifacts/bin/Backflow.Cli/release/backflow.dll');
const temporary = mkdtempSync(join(tmpdir(), 'backflow-site-'));
const site = given.site ?? join(temporary, 'site');
if (given.site === undefined) {
  const { status } = spawnSync('dotnet', [program, 'learn', '--export', site], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
const worker = readdirSync(join(site, 'assets')).find((name) => name.startsWith('engineWorker') && name.endsWith('.js'));
let fetched = 0;
let resolveResult;
const result = new Promise((resolve) => (resolveResult = resolve));

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://host').pathname;
  if (request.method === 'POST') {
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      response.end();
      resolveResult(JSON.parse(text));
    });
    return;
  }
  try {
    const isOwn = path === '/measure.html' || path === '/measurePage.js';
    const file = isOwn ? join(here, path.slice(1)) : join(site, path.endsWith('/') ? `${path}index.html` : path);
    let content = readFileSync(file);
    const headers = { 'content-type': types[extname(file)] ?? 'application/octet-stream' };
    if (!isOwn) {
      try {
        content = readFileSync(`${file}.br`);
        headers['content-encoding'] = 'br';
      } catch {
        // A small file has no compressed one.
      }
      if (path.startsWith('/engine/')) fetched += content.length;
    }
    response.writeHead(200, headers).end(content);
  } catch {
    response.writeHead(404).end();
  }
});

await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/measure.html?rounds=${given.rounds}&worker=${worker}`;
const browser = spawn(
  given.browser,
  ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', `--user-data-dir=${join(temporary, 'profile')}`, address],
  { stdio: 'ignore' },
);
const measured = await result;
browser.kill();
server.close();

const size = (folder, ending) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const rows = [
  ['first answer, cold cache', `${measured.first.toFixed(0)} ms`, '≤ 2,000 ms'],
  ...measured.warm.map(({ what, median, most }) => [what, `${median.toFixed(1)} ms (at most ${most.toFixed(1)})`, '']),
  [`training, ${measured.steps} steps of both networks`, `${(measured.training / 1000).toFixed(1)} s`, '≤ 15 s'],
  ['longest time that the page stood still meanwhile', `${measured.gap.toFixed(0)} ms`, '≤ 100 ms'],
  ['engine, compressed', megabytes(size(join(site, 'engine'), '.br')), '≤ 3 MB'],
  ['engine, as it is', megabytes(size(join(site, 'engine'), '') - size(join(site, 'engine'), '.br') - size(join(site, 'engine'), '.gz')), ''],
  ['engine, fetched', megabytes(fetched), ''],
];
for (const [what, value, aim] of rows) console.log(`${what.padEnd(52)}${value.padEnd(28)}${aim}`);
// The browser may still write into its profile.
await new Promise((resolve) => (browser.exitCode === null && browser.signalCode === null ? browser.on('exit', resolve) : resolve()));
rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
