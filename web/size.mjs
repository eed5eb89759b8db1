// Holds the inbox to its budgets, as a browser fetches it: node web/size.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = join(import.meta.dirname, 'dist');
const chunks = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
const gzip = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const sum = (files) => [...files].reduce((total, file) => total + gzip(file), 0);

/** A chunk and all that it needs before it runs. */
function withImports(name, known = new Set()) {
  if (!chunks[name]) throw new Error(`No chunk of ${name}`);
  if (!known.has(name)) {
    known.add(name);
    for (const one of chunks[name].imports ?? []) withImports(one, known);
  }
  return known;
}

/** What is fetched for these chunks beyond what `before` has fetched. */
function filesOf(names, before = new Set()) {
  const all = new Set([...names].flatMap((name) => [...withImports(name)]));
  const fresh = [...all].filter((name) => !before.has(name));
  return {
    all: new Set([...before, ...all]),
    js: sum(new Set(fresh.map((name) => chunks[name].file))),
    css: sum(new Set(fresh.flatMap((name) => chunks[name].css ?? []))),
  };
}

/** A conversation on the screen, in the language that weighs most. */
const languages = ['en', 'ar', 'hi'].map((code) => `src/locales/${code}.po`);
const sizes = languages.map((name) => filesOf([name]).js);
const language = languages[sizes.indexOf(Math.max(...sizes))];
const linkify = Object.keys(chunks).find((name) => /\/linkifyjs\//.test(name));
const inbox = filesOf(['index.html', language, 'src/contact/contact.tsx', linkify]);
/** What the inbox fetches by itself as soon as the browser has nothing else to do (web/src/shell/app.tsx). */
const menus = filesOf(['src/ui/menu-layer.tsx', 'src/thread/holders.tsx'], inbox.all);
const signIn = filesOf(['src/shell/sign-in-again.tsx'], menus.all);
/** What comes when it is wanted, beyond all of these. */
const later = (...names) => {
  const { js, css } = filesOf(names, signIn.all);
  return js + css;
};

/** The texts of a part that brings its own, in the language that weighs most. */
const heaviest = (folder) => {
  const all = ['en', 'ar', 'hi'].map((code) => `src/${folder}/locales/${code}.po`);
  return all.reduce((most, one) => (later(one) > later(most) ? one : most));
};

/** The console with its texts, and one of its pages: whoever opens a page fetches no other. */
const frame = ['src/console/frame.tsx', heaviest('console')];
const pages = Object.keys(chunks).filter(
  (name) => /^src\/console\/.+\.tsx$/.test(name) && !frame.includes(name),
);
/** Pages that draw charts have a budget of their own. */
const withCharts = /^src\/console\/analytics\//;

/** In bytes of gzip. */
const budgets = [
  ['inbox, script', inbox.js, 220_000],
  ['inbox, styles', inbox.css, 25_000],
  ['menus, right after it', menus.js + menus.css, 40_000],
  ['signing in again, right after them', signIn.js + signIn.css, 20_000],
  ['contacts on top', later('src/contacts/page.tsx', heaviest('contacts')), 20_000],
  ['settings on top', later('src/settings/settings.tsx'), 20_000],
  ['emoji on top', later('src/composer/emoji.tsx', 'src/composer/emoji-data.ts'), 15_000],
  ['lightbox on top', later('src/thread/lightbox.tsx'), 20_000],
  ['mail on top', later('src/thread/mail.tsx'), 20_000],
  ['simulator on top', later('src/simulator/simulator.tsx'), 20_000],
  ['voice on top', later('src/composer/voice.tsx'), 10_000],
  ...pages.map((page) => [
    `console on top, ${page.replace(/^src\/console\/|\/page\.tsx$/g, '')}`,
    later(...frame, page),
    withCharts.test(page) ? 230_000 : 80_000,
  ]),
];

for (const [name, size, most] of budgets) {
  process.stdout.write(`${size > most ? 'TOO LARGE ' : ''}${name}: ${size} of ${most} bytes\n`);
  if (size > most) process.exitCode = 1;
}
