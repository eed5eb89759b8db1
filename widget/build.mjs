// Builds the widget into dist: node build.mjs. Does nothing when nothing changed since the last time.
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const dist = join(here, 'dist');
/** Of its own for each run: two may build at once. */
const draft = join(here, `dist.draft.${process.pid}`);
/** How the loader's source calls what the server tells it; the server looks for the second. */
const siteName = 'PARLEY_SITE';
const siteMark = '"__PARLEY_SITE__"';
/** What the oldest browsers that we serve understand. */
const target = 'es2022';
const cssTarget = ['chrome123', 'firefox120', 'safari17.5'];

/** What is imported when it is needed has nothing to preload: Vite's code for that would be a kilobyte. */
const plainImports = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null),
};

const digest = await digestOf(
  'frame.html',
  'demo.html',
  'src',
  'demo',
  'build.mjs',
  'package.json',
  'tsconfig.json',
  '../package-lock.json',
);
const built = await readFile(join(dist, 'digest'), 'utf8').catch(() => '');
if (built !== digest) await build().finally(() => rm(draft, { recursive: true, force: true }));

async function build() {
  const { build: bundle } = await import('vite');
  await bundle(scriptConfig('loader/loader', 'loader'));
  await bundle(scriptConfig('push/page', 'push-page'));
  await bundle(scriptConfig('push/worker', 'push-worker'));
  await bundle(pagesConfig());
  await finishLoader();
  await inlineStyles('frame.html');
  await finishDemo();
  await packAssets();
  await writeFile(join(draft, 'digest'), digest);
  await rm(dist, { recursive: true, force: true });
  await rename(draft, dist);
}

/** One file, without imports, run as a classic script. */
function scriptConfig(source, name) {
  return {
    configFile: false,
    logLevel: 'warn',
    root: here,
    build: {
      target,
      cssTarget,
      outDir: draft,
      emptyOutDir: false,
      lib: { entry: `src/${source}.ts`, formats: ['iife'], name: 'loaded', fileName: () => `${name}.js` },
    },
  };
}

/** The page in the frame and the demo, with their assets. Addresses are relative to the page. */
function pagesConfig() {
  return {
    configFile: false,
    logLevel: 'warn',
    root: here,
    base: './',
    plugins: [plainImports],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      target,
      cssTarget,
      outDir: draft,
      emptyOutDir: false,
      modulePreload: false,

      rolldownOptions: {
        input: [join(here, 'frame.html'), join(here, 'demo.html')],
        output: { codeSplitting: { groups: [{ name: 'frame', test: isFirst }] } },
      },
    },
  };
}

/** Whether a module comes along with the frame, in one file; the others are fetched when they are needed. */
function isFirst(id) {
  return !/words\/..\.ts|(forms|emoji|recorder|extras|content|choices|location|poll|sound|upload|files)\.tsx?$|demo/.test(
    id,
  );
}

async function finishLoader() {
  const path = join(draft, 'loader.js');
  const text = await readFile(path, 'utf8');
  if (!text.includes(siteName)) throw new Error(`the loader does not ask for ${siteName}`);
  await writeFile(path, text.replaceAll(siteName, siteMark));
}

/** Each asset once more, compressed: the server sends that to whoever takes it. */
async function packAssets() {
  const folder = join(draft, 'assets');
  for (const name of await readdir(folder)) {
    const content = await readFile(join(folder, name));
    await writeFile(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}

/** The demo is not beside the assets, but a folder above them. */
async function finishDemo() {
  const path = join(draft, 'demo.html');
  const html = await readFile(path, 'utf8');
  await writeFile(path, html.replaceAll('./assets/', './widget/assets/'));
}

/** Styles stand in the page: one request less, and never a moment without them. */
async function inlineStyles(page) {
  const path = join(draft, page);
  let html = await readFile(path, 'utf8');
  for (const [link, file] of html.matchAll(/<link rel="stylesheet"[^>]*href="\.\/([^"]+)"[^>]*>/g)) {
    const css = await readFile(join(draft, file), 'utf8');
    html = html.replace(link, () => `<style>${css.trim()}</style>`);
    await rm(join(draft, file));
  }
  await writeFile(path, html);
}

async function digestOf(...names) {
  const hash = createHash('sha256');
  for (const name of names) await addTo(hash, join(here, name));
  return hash.digest('hex');
}

async function addTo(hash, path) {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (!entries) {
    hash.update(path).update(await readFile(path));
    return;
  }
  for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
    await addTo(hash, join(path, name));
}
