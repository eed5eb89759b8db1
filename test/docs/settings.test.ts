import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { codeOf, page, root, tableRows } from './pages.ts';

/** The name of every variable that the settings are read from, found by reading them. */
function namesRead(): string[] {
  const names = new Set<string>();
  const folder = mkdtempSync(join(tmpdir(), 'parley-settings-'));
  const env = new Proxy<NodeJS.ProcessEnv>(
    { DATA_DIR: folder },
    {
      get(values, name: string) {
        names.add(name);
        return values[name];
      },
    },
  );
  readConfig(env);
  rmSync(folder, { recursive: true });
  return [...names].sort();
}

const settings = page('docs/settings.md').text;
const section = (title: string) => settings.split(/^## /m).find((part) => part.startsWith(title)) ?? '';
const described = (title: string) =>
  tableRows(section(title), 'variable')
    .map(([name]) => codeOf(name) ?? '')
    .sort();
const text = (name: string) => readFileSync(join(root, name), 'utf8');

it('describes every setting, and none that there is not', () => {
  expect(described('The server')).toEqual(namesRead());
});

it('lists the same in .env.example, and what compose.yaml needs besides', () => {
  const listed = [...text('.env.example').matchAll(/^#?([A-Z0-9_]+)=/gm)].map((match) => match[1]!);
  expect(listed.toSorted()).toEqual([...namesRead(), ...described('With compose.yaml only')].sort());
});

it('gives compose.yaml nothing that is not described', () => {
  const used = [...text('compose.yaml').matchAll(/\$\{([A-Z0-9_]+)/g)].map((match) => match[1]!);
  const known = [...namesRead(), ...described('With compose.yaml only')];
  for (const name of used) expect(known).toContain(name);
  const { services } = parse(text('compose.yaml')) as { services: { parley: { environment: object } } };
  for (const name of Object.keys(services.parley.environment)) expect(namesRead()).toContain(name);
});

it('tells the defaults as they are', () => {
  const { port, host, logLevel, cors, allowHttp } = readConfig({
    DATA_DIR: tmpdir(),
    PARLEY_SECRET: 'x'.repeat(16),
  });
  const row = (name: string) =>
    tableRows(section('The server'), 'variable').find(([cell]) => cell === `\`${name}\``)?.[2];
  expect(row('PORT')).toBe(`\`${port}\``);
  expect(row('HOST')).toContain(`\`${host}\``);
  expect(row('LOG_LEVEL')).toBe(`\`${logLevel}\``);
  expect([cors, row('CORS_ORIGINS')]).toEqual(['*', 'all']);
  expect([allowHttp, row('ALLOW_HTTP_WEBHOOKS')]).toEqual([true, '`false` in production, else `true`']);
  const strict = readConfig({ NODE_ENV: 'production', PARLEY_SECRET: 'x'.repeat(16) });
  expect(row('HOST')).toContain(`in production \`${strict.host}\``);
  expect(strict.allowHttp).toBe(false);
  expect(() => readConfig({ NODE_ENV: 'production' })).toThrow('PARLEY_SECRET');
});
