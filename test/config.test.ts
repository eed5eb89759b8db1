import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, ConfigError, readConfig } from '../src/config.ts';
import { mayReach } from '../src/model/address.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parley config '));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const secret = 'a secret of the tests';
const read = (env: NodeJS.ProcessEnv = {}): Config => readConfig({ DATA_DIR: dataDir, ...env });
const production = { NODE_ENV: 'production', PARLEY_SECRET: secret };

/** The sentence with which the start is refused. */
function refusal(env: NodeJS.ProcessEnv): string {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('without any setting', () => {
  it('a server for development listens on this computer alone', () => {
    const { allowed, publicUrl, secret: made, ...rest } = read();
    expect(rest).toEqual({
      production: false,
      port: 8080,
      host: '127.0.0.1',
      server: 'localhost:8080',
      dataDir,
      formerSecrets: [],
      first: {},
      allowHttp: true,
      logLevel: 'info',
      cors: '*',
      trustedProxies: [],
      access: { agentHours: 24, signInHours: 168 },
      keep: { endUserDays: 60, eventDays: 30, auditDays: 400 },
      registrationsPerMinute: 600,
      demo: true,
      inboxFrameOrigins: [],
      roles: ['api', 'worker', 'webhooks', 'live'],
      simulators: [],
    });
    expect(publicUrl.href).toBe('http://localhost:8080/');
    expect(made.length).toBeGreaterThanOrEqual(43);
    const reached = ['127.0.0.1', '127.1.2.3', '::1'].filter((address) => mayReach(address, allowed));
    expect(reached).toHaveLength(3);
    expect(mayReach('10.0.0.1', allowed)).toBe(false);
  });

  it('a server in production listens everywhere, and calls nothing private or plain', () => {
    const { allowed, ...config } = read(production);
    expect(config).toMatchObject({
      production: true,
      host: '0.0.0.0',
      allowHttp: false,
      demo: false,
      secret,
    });
    expect(config.publicUrl.hostname).toBe(hostname().toLowerCase());
    expect(mayReach('127.0.0.1', allowed)).toBe(false);
  });

  it('the data are below the folder where it is started', () => {
    expect(readConfig({ PARLEY_SECRET: secret }).dataDir).toBe(resolve('data'));
  });
});

describe('a setting', () => {
  it.each<[NodeJS.ProcessEnv, Partial<Config>]>([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ HOST: '10.0.0.5' }, { host: '10.0.0.5', server: '10.0.0.5:8080' }],
    [
      { HOST: '::1', PORT: '81' },
      { host: '::1', publicUrl: new URL('http://[::1]:81') },
    ],
    [
      { PUBLIC_URL: 'https://talk.example.com' },
      { publicUrl: new URL('https://talk.example.com'), server: 'example.com' },
    ],
    [{ PUBLIC_URL: 'https://talk.example.com:8443/' }, { server: 'example.com:8443' }],
    [{ PUBLIC_URL: 'http://192.168.1.5' }, { server: '192.168.1.5' }],
    [{ PUBLIC_URL: 'http://parley' }, { server: 'parley' }],
    [{ DATABASE_URL: 'postgres://me:pass@db:5432/p' }, { databaseUrl: 'postgres://me:pass@db:5432/p' }],
    [{ DATABASE_URL: 'postgresql:///p?host=/run' }, { databaseUrl: 'postgresql:///p?host=/run' }],
    [{ PARLEY_SECRET: 'x'.repeat(16) }, { secret: 'x'.repeat(16) }],
    [{ PARLEY_FORMER_SECRETS: ' one, two ,,three ' }, { formerSecrets: ['one', 'two', 'three'] }],
    [
      { PARLEY_API_KEY: 'k'.repeat(16), PARLEY_ADMIN_EMAIL: 'a@b.example', PARLEY_ADMIN_PASSWORD: 'p' },
      { first: { apiKey: 'k'.repeat(16), adminEmail: 'a@b.example', adminPassword: 'p' } },
    ],
    [{ ALLOW_HTTP_WEBHOOKS: 'false' }, { allowHttp: false }],
    [{ ALLOW_HTTP_WEBHOOKS: '0' }, { allowHttp: false }],
    [{ ...production, ALLOW_HTTP_WEBHOOKS: 'true' }, { allowHttp: true }],
    [{ ...production, ALLOW_HTTP_WEBHOOKS: '1' }, { allowHttp: true }],
    [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [{ CORS_ORIGINS: '*' }, { cors: '*' }],
    [
      { CORS_ORIGINS: 'https://a.example, http://localhost:5173' },
      { cors: ['https://a.example', 'http://localhost:5173'] },
    ],
    [{ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }, { trustedProxies: ['10.0.0.0/8', '::1'] }],
    [{ ACCESS_TOKEN_HOURS: '0.5' }, { access: { agentHours: 0.5, signInHours: 168 } }],
    [{ SIGN_IN_HOURS: '12' }, { access: { agentHours: 24, signInHours: 12 } }],
    [{ END_USER_DAYS: '30' }, { keep: { endUserDays: 30, eventDays: 30, auditDays: 400 } }],
    [{ ...production, DEMO: 'true' }, { demo: true }],
    [{ REGISTRATIONS_PER_MINUTE: '5000' }, { registrationsPerMinute: 5000 }],
    [
      { SIMULATORS: 'http://127.0.0.1:9100, http://localhost:9200' },
      { simulators: ['http://127.0.0.1:9100', 'http://localhost:9200'] },
    ],
    [{ NODE_ENV: 'test' }, { production: false }],
    [{ ROLES: 'worker, live' }, { roles: ['worker', 'live'] }],
    [{ NATS_URL: 'nats://127.0.0.1:4222' }, { natsUrl: 'nats://127.0.0.1:4222' }],
    [{ EVENT_DAYS: '90' }, { keep: { endUserDays: 60, eventDays: 90, auditDays: 400 } }],
    [{ AUDIT_DAYS: '30' }, { keep: { endUserDays: 60, eventDays: 30, auditDays: 30 } }],
  ])('%j is taken over', (env, config) => {
    expect(read(env)).toMatchObject(config);
  });

  it('for private networks is added to what is allowed anyway', () => {
    const env = { ALLOW_PRIVATE_TARGETS: '10.1.0.0/16, 192.168.7.5' };
    const reached = ({ allowed }: Config) =>
      ['10.1.2.3', '192.168.7.5', '127.0.0.1', '10.2.0.0', '192.168.7.6'].filter((one) =>
        mayReach(one, allowed),
      );
    expect(reached(read(env))).toEqual(['10.1.2.3', '192.168.7.5', '127.0.0.1']);
    expect(reached(read({ ...production, ...env }))).toEqual(['10.1.2.3', '192.168.7.5']);
  });

  it.each([
    'PORT',
    'HOST',
    'PUBLIC_URL',
    'DATABASE_URL',
    'PARLEY_SECRET',
    'PARLEY_FORMER_SECRETS',
    'PARLEY_API_KEY',
    'PARLEY_ADMIN_EMAIL',
    'PARLEY_ADMIN_PASSWORD',
    'ALLOW_PRIVATE_TARGETS',
    'ALLOW_HTTP_WEBHOOKS',
    'LOG_LEVEL',
    'CORS_ORIGINS',
    'TRUSTED_PROXIES',
    'ACCESS_TOKEN_HOURS',
    'END_USER_DAYS',
    'REGISTRATIONS_PER_MINUTE',
    'ROLES',
    'NATS_URL',
    'SIMULATORS',
    'EVENT_DAYS',
    'NODE_ENV',
  ])('%s that is empty counts as not set', (name) => {
    // The secret is made at the first reading.
    expect(read()).toEqual(read({ [name]: '' }));
  });
});

describe('a setting that cannot be', () => {
  const port = (value: string) => `PORT must be a whole number from 0 to 65535, not "${value}".`;
  const flag = 'ALLOW_HTTP_WEBHOOKS must be true or false, not "yes".';
  const database = 'DATABASE_URL must be an address such as postgres://user:password@127.0.0.1:5432/parley.';

  it.each<[NodeJS.ProcessEnv, string]>([
    ...['65536', '-1', '80.5', 'http', ' ', '0x50', '1e3'].map((value): [NodeJS.ProcessEnv, string] => [
      { PORT: value },
      port(value),
    ]),
    ...['talk.example.com', 'ftp://talk.example.com', 'https://'].map(
      (value): [NodeJS.ProcessEnv, string] => [
        { PUBLIC_URL: value },
        `PUBLIC_URL must be a web address such as https://talk.example.com, not "${value}".`,
      ],
    ),
    [{ DATABASE_URL: 'mysql://me:hidden@db/p' }, database],
    [{ DATABASE_URL: 'db hidden' }, database],
    [{ PARLEY_SECRET: 'hidden' }, 'PARLEY_SECRET must have at least 16 characters.'],
    [{ PARLEY_API_KEY: 'hidden' }, 'PARLEY_API_KEY must have at least 16 characters.'],
    [
      { ALLOW_PRIVATE_TARGETS: '10.0.0.0/8, home' },
      'ALLOW_PRIVATE_TARGETS: "home" is no address or CIDR, such as 10.0.0.0/8.',
    ],
    [{ ALLOW_HTTP_WEBHOOKS: 'yes' }, flag],
    [
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
    ],
    [{ ROLES: 'api,cook' }, 'ROLES must be some of api, worker, webhooks, live, not "cook".'],
    ...['http://10.0.0.1:9100', 'https://127.0.0.1:9100', 'http://127.0.0.1'].map(
      (value): [NodeJS.ProcessEnv, string] => [
        { SIMULATORS: value },
        `SIMULATORS must be control addresses on this machine such as http://127.0.0.1:9100, not "${value}".`,
      ],
    ),
    [{ NATS_URL: 'https://hidden' }, 'NATS_URL must be an address such as nats://127.0.0.1:4222.'],
    ...['inbox.example.com', 'https://inbox.example.com/', 'HTTPS://inbox.example.com', 'null'].map(
      (value): [NodeJS.ProcessEnv, string] => [
        { CORS_ORIGINS: `https://a.example,${value}` },
        `CORS_ORIGINS must be * or origins such as https://inbox.example.com, not "${value}".`,
      ],
    ),
    [{ TRUSTED_PROXIES: 'all' }, 'TRUSTED_PROXIES: "all" is no address or CIDR, such as 10.0.0.0/8.'],
    // A client takes a token of less than half an hour for dead.
    ...['0', '0.49', '-1', 'a day', '9000'].map((value): [NodeJS.ProcessEnv, string] => [
      { ACCESS_TOKEN_HOURS: value },
      `ACCESS_TOKEN_HOURS must be a number from 0.5 to 8760, not "${value}".`,
    ]),
    [{ END_USER_DAYS: '0' }, 'END_USER_DAYS must be a number from 1 to 36500, not "0".'],
    [
      { REGISTRATIONS_PER_MINUTE: '0' },
      'REGISTRATIONS_PER_MINUTE must be a whole number from 1 to 1000000, not "0".',
    ],
    [
      { NODE_ENV: 'production' },
      'PARLEY_SECRET must be set in production: it seals the credentials of your channels.',
    ],
  ])('%j is refused in one sentence', (env, sentence) => {
    expect(refusal(env)).toBe(sentence);
    expect(sentence).not.toContain('hidden');
  });
});

describe('the generated secret', () => {
  it('is the same on the second start', () => {
    expect(read().secret).toBe(read().secret);
    expect(readdirSync(dataDir)).toEqual(['secret']);
  });

  it('is another one for each installation', () => {
    expect(read().secret).not.toBe(read({ DATA_DIR: join(dataDir, 'other', 'folder') }).secret);
  });

  it('can be read by its owner alone', () => {
    read();
    expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600);
  });

  it('is not made when one is given', () => {
    read({ PARLEY_SECRET: secret });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('is never taken from a file that is cut short', () => {
    writeFileSync(join(dataDir, 'secret'), '');
    expect(refusal({})).toBe(
      `The secret in ${join(dataDir, 'secret')} is cut short: restore the file, or set PARLEY_SECRET.`,
    );
    expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe('');
  });

  it('is refused in one sentence when it cannot be kept', () => {
    writeFileSync(join(dataDir, 'file'), '');
    expect(refusal({ DATA_DIR: join(dataDir, 'file', 'below') })).toMatch(
      /^DATA_DIR cannot keep the generated secret \(.*\): make it writable, or set PARLEY_SECRET\.$/,
    );
  });
});

describe('a bucket for files', () => {
  const bucket = {
    S3_BUCKET: 'files',
    S3_ACCESS_KEY_ID: 'planted-id',
    S3_SECRET_ACCESS_KEY: 'planted-secret',
  };

  it('needs a name and a key pair, and is at Amazon unless another address is given', () => {
    expect(read({ S3_REGION: 'eu-central-1', ...bucket }).s3).toEqual({
      endpoint: new URL('https://s3.eu-central-1.amazonaws.com'),
      region: 'eu-central-1',
      bucket: 'files',
      accessKeyId: 'planted-id',
      secretAccessKey: 'planted-secret',
      prefix: '',
      pathStyle: true,
    });
    const own = { S3_ENDPOINT: 'http://10.0.0.9:9000', S3_PREFIX: '/parley/files/', S3_PATH_STYLE: 'false' };
    expect(read({ ...bucket, ...own }).s3).toMatchObject({ prefix: 'parley/files/', pathStyle: false });
  });

  it.each([
    ['no key', { S3_ACCESS_KEY_ID: '' }, 'S3_ACCESS_KEY_ID'],
    ['no secret', { S3_SECRET_ACCESS_KEY: '' }, 'S3_SECRET_ACCESS_KEY'],
    ['a name that is none', { S3_BUCKET: 'files/../x' }, 'S3_BUCKET'],
    [
      'an address with a key in it',
      { S3_ENDPOINT: 'https://planted-id:planted-secret@s3.test' },
      'S3_ENDPOINT',
    ],
    ['a prefix that climbs up', { S3_PREFIX: 'a/../b' }, 'S3_PREFIX'],
    ['neither yes nor no', { S3_PATH_STYLE: 'perhaps' }, 'S3_PATH_STYLE'],
  ])('with %s is refused, and no key is repeated', (_, more, name) => {
    const told = refusal({ ...bucket, ...more });
    expect(told).toContain(name);
    expect(told).not.toContain('planted');
  });
});
