import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// Builds the inbox into dist, unless what is there was made of these very sources.

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
// Lingui looks for its settings from where it stands.
process.chdir(here);

const stamp = join(dist, '.sources');

/** Everything that the build is made of, as one short word. */
function sources() {
  const hash = createHash('sha256');
  const files = [
    'index.html',
    'vite.config.js',
    'lingui.config.js',
    'build.mjs',
    'package.json',
    '../package-lock.json',
  ];
  for (const entry of readdirSync(join(here, 'src'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name).slice(here.length + 1));
  }
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(here, file)));
  return hash.digest('hex');
}

const now = sources();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ root: here, configFile: join(here, 'vite.config.js'), logLevel: 'warn' });
  for (const name of readdirSync(join(dist, 'assets'))) {
    const bytes = readFileSync(join(dist, 'assets', name));
    // What is packed already does not get smaller.
    if (!/\.(js|css|svg|json|wasm)$/.test(name) || bytes.length < 1000) continue;
    const quality = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(join(dist, 'assets', `${name}.br`), brotliCompressSync(bytes, { params: quality }));
    writeFileSync(join(dist, 'assets', `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
  writeFileSync(stamp, now);
}
