import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/src/main.ts';
import { installationKey, testServer } from '../apis/parley/server.ts';

const { api, address, end } = await testServer();
const folder = await mkdtemp(join(tmpdir(), 'parley-cli-'));
afterAll(end);
afterAll(() => rm(folder, { recursive: true }));

const shop = 'examples/shop.yaml';
const environment = {
  PARLEY_URL: address,
  PARLEY_API_KEY: installationKey,
  ASSISTANT_VERIFY_TOKEN: 'planted-token-of-the-assistant',
};

/** Runs a command, and keeps what it said. */
async function parley(args: string[], env: Record<string, string | undefined> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(args, {
    env: { ...environment, ...env },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out, err };
}

async function fileOf(text: string): Promise<string> {
  const file = join(folder, 'setup.yaml');
  await writeFile(file, text);
  return file;
}

/** All that is set up, as far as a file can say it. */
async function everything() {
  const nouns = ['apps', 'keys', 'queues', 'teams', 'agents', 'channels', 'templates', 'vars', 'endpoints'];
  const lists = await Promise.all(
    nouns.map(async (noun) => (await api('GET', `/${noun}?limit=200`)).body.items),
  );
  // A key is used by looking at all this.
  for (const key of lists[1]) delete key.lastUsedAt;
  return [(await api('GET', '/business')).body, ...lists];
}

describe('parley apply of the example', () => {
  it('changes nothing in a dry run, and says what it would change', async () => {
    const before = await everything();
    const { code, out, err } = await parley(['apply', shop, '--dry-run']);
    expect([code, err]).toEqual([0, []]);
    expect(out).toEqual(expect.arrayContaining(['created app assistant', 'changed channel dummy:sandbox']));
    expect(out.at(-1)).toBe('Would make 16 changes to the business first (dry run).');
    expect(await everything()).toEqual(before);
  });

  it('makes everything in it, and tells each new secret once', async () => {
    const { code, out } = await parley(['apply', shop]);
    expect(code).toBe(0);
    const told = out.slice(out.indexOf('Shown only now:') + 1);
    expect(told.map((line) => line.replace(/: \S+$/, ''))).toEqual([
      '  key assistant/assistant',
      '  key crm/crm nightly import',
      '  secret of https://assistant.example.com/parley/message/receive',
      '  secret of https://crm.example.com/parley/events',
      '  verify token of https://crm.example.com/parley/events',
    ]);
    // What came from the environment is not repeated: it may stand in somebody's log.
    expect(out.join('\n')).not.toContain('planted');
    const [key] = told.map((line) => line.slice(line.lastIndexOf(' ') + 1));
    expect((await api('GET', '/queues/assistant', undefined, key)).body).toMatchObject({
      app: 'assistant',
      isDefault: true,
    });
    expect((await api('GET', '/business')).body.name).toBe('The example shop');
  });

  it('finds nothing to do the second time', async () => {
    const before = await everything();
    const { code, out } = await parley(['apply', shop]);
    expect([code, out]).toEqual([0, ['Nothing to change in the business first.']]);
    expect(await everything()).toEqual(before);
  });
});

describe('what is refused', () => {
  it('is told with the place in the file, and changes nothing', async () => {
    const before = await everything();
    const file = await fileOf(
      'teams:\n  - code: new\nqueues:\n  - code: one\n  - code: two\n    app: nobody\n',
    );
    const { code, out, err } = await parley(['apply', file]);
    expect([code, out]).toEqual([1, []]);
    expect(err[0]).toBe('Refused, nothing was changed:');
    expect(err[1]).toMatch(
      new RegExp(`^ {2}${file}:6: queues\\[1\\]\\.app: There is no app "nobody"\\. Possible: .*assistant`),
    );
    expect(await everything()).toEqual(before);
  });

  it('is also what is misspelt or missing, all of it at once', async () => {
    const file = await fileOf('queues:\n  - cod: one\nagents:\n  - code: x\n    active: perhaps\n');
    const { code, err } = await parley(['apply', file]);
    expect(code).toBe(1);
    const places = err
      .slice(1)
      .map((line) => line.trim().slice(file.length).split(': ').slice(0, 2).join(' '));
    expect(places.sort()).toEqual([':2 queues[0].cod', ':2 queues[0].code', ':5 agents[0].active']);
  });

  it('is a key that is unknown, or that speaks for one app alone', async () => {
    const { key } = (await api('POST', '/keys', { name: 'of an app' })).body;
    const unknown = await parley(['apply', shop, '--key', 'a-key-that-nobody-made']);
    expect([unknown.code, unknown.err]).toEqual([
      1,
      [expect.stringMatching(/^Refused: This API key is not known/)],
    ]);
    const narrow = await parley(['apply', shop], { PARLEY_API_KEY: key });
    expect([narrow.code, narrow.err]).toEqual([
      1,
      [expect.stringMatching(/^Refused: This key speaks for one app/)],
    ]);
  });

  it('is a server that is none', async () => {
    const silent = await parley(['apply', shop, '--url', 'http://127.0.0.1:1']);
    expect([silent.code, silent.err[0]]).toEqual([
      1,
      expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:1: /),
    ]);
    const other = await parley(['apply', shop, '--url', `${address}/docs`]);
    expect([other.code, other.err[0]]).toEqual([1, expect.stringContaining('answered 404')]);
  });
});

describe('a command that makes no sense', () => {
  it.each<[why: string, args: string[], env: Record<string, string | undefined>, said: RegExp]>([
    ['names no file that is there', ['apply', '/nowhere.yaml'], {}, /^Cannot read \/nowhere\.yaml: /],
    ['has no key', ['apply', shop], { PARLEY_API_KEY: undefined }, /^No API key/],
    ['has an address that is none', ['apply', shop, '--url', 'nowhere'], {}, /no address of a server/],
    [
      'leaves a secret out',
      ['apply', shop],
      { ASSISTANT_VERIFY_TOKEN: '' },
      /^examples\/shop\.yaml:18: apps\[0\]\.webhook\.verifyToken: .*ASSISTANT_VERIFY_TOKEN/,
    ],
    ['is not known', ['conjure'], {}, /unknown command/],
    ['misses its file', ['apply'], {}, /missing required argument/],
  ])('%s', async (_, args, env, said) => {
    const { code, out, err } = await parley(args, env);
    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(err.join('\n')).toMatch(said);
  });

  it('has a file that is not YAML', async () => {
    const { code, err } = await parley(['apply', await fileOf('teams: [\n')]);
    expect([code, err[0]]).toEqual([2, `${join(folder, 'setup.yaml')} is not YAML:`]);
    const twice = await parley(['apply', await fileOf('teams: []\nteams: []\n')]);
    expect(twice.code).toBe(2);
  });
});

it('keeps a phone number as it is written', async () => {
  const file = await fileOf('channels:\n  - type: dummy\n    lane: 00491234\n    name: +49 1234\n');
  expect((await parley(['apply', file])).code).toBe(0);
  expect((await api('GET', '/channels/dummy:00491234')).body.name).toBe('+49 1234');
});

it('is what npm links as `parley`', async () => {
  expect(await realpath('node_modules/.bin/parley')).toBe(await realpath('cli/bin/parley.js'));
});
