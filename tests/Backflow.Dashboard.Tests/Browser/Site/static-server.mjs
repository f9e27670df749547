// A static host, as plain as they are: files below a path, folders by their index, 404.html for the rest, nothing
// compressed. Prints its port, and serves until its input ends.
import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const [, , folder, base] = process.argv;
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://host').pathname;
  const place = path.startsWith(base) ? join(folder, normalize(decodeURIComponent(path.slice(base.length)))) : null;
  const found = place === null ? null : await stat(place).catch(() => null);
  if (found?.isDirectory() && !path.endsWith('/')) {
    response.writeHead(301, { location: `${path}/` }).end();
    return;
  }
  const file = found?.isDirectory() ? join(place, 'index.html') : place;
  const content = file === null ? null : await readFile(file).catch(() => null);
  const sent = content ?? (await readFile(join(folder, '404.html')));
  const type = content === null ? types['.html'] : (types[extname(file)] ?? 'application/octet-stream');
  response.writeHead(content === null ? 404 : 200, { 'content-type': type }).end(sent);
});
server.listen(Number(process.argv[4] ?? 0), '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
