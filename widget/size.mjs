// Holds the widget to its budgets, as a browser fetches it: node widget/size.mjs
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = join(import.meta.dirname, 'dist');
const assets = readdirSync(join(dist, 'assets')).filter((file) => !file.endsWith('.gz'));
const gzip = (...path) => gzipSync(readFileSync(join(dist, ...path)), { level: 9 }).length;
const asset = (name) => gzip('assets', assets.find((file) => file.startsWith(`${name}-`)) ?? name);

/** In bytes of gzip; what is fetched by every visitor who opens the chat, in the language that weighs most. */
const languages = assets.filter((file) => /^[a-z]{2}-/.test(file)).map((file) => gzip('assets', file));
const loader = gzip('loader.js');
const opened = loader + gzip('frame.html') + asset('frame') + Math.max(...languages);
const budgets = [
  ['loader, one request', loader, 3_000],
  ['all after opening, four requests', opened, 25_000],
];

for (const [name, size, most] of budgets) {
  process.stdout.write(`${size > most ? 'TOO LARGE ' : ''}${name}: ${size} of ${most} bytes\n`);
  if (size > most) process.exitCode = 1;
}
