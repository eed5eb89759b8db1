import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { s3Of } from './config-s3.ts';
import { amount, ConfigError, flag, list, oneOf, wholeNumber } from './config-values.ts';
import { shortestTokenMinutes } from './model/access.ts';
import { type AllowList, parseAllowList } from './model/address.ts';
import { type Role, roles } from './model/role.ts';
import type { S3Options } from './pipeline/s3.ts';

/** Every setting, from the environment, validated at start (docs/settings.md lists them). */
export interface Config {
  production: boolean;
  port: number;
  host: string;
  publicUrl: URL;
  /** `meta.server`: the public host after its first label (decision D1). */
  server: string;
  dataDir: string;
  /** The bucket that keeps files; absent: the folder `media` in `dataDir`. */
  s3?: S3Options;
  /** Absent: the embedded database. */
  databaseUrl?: string;
  secret: string;
  formerSecrets: string[];
  first: { apiKey?: string; adminEmail?: string; adminPassword?: string };
  allowed: AllowList;
  allowHttp: boolean;
  logLevel: string;
  /** Origins that may call the surfaces from a web page; `*`: any (decision D6). */
  cors: '*' | string[];
  /** Proxies before us, as addresses or CIDRs: what they say of a caller's address is believed. */
  trustedProxies: string[];
  access: { agentHours: number; signInHours: number };
  /** Sites that may show the inbox in a frame of theirs, besides our own. */
  inboxFrameOrigins: string[];
  /** How long things are kept that nobody needs for ever. */
  keep: { endUserDays: number; eventDays: number; auditDays: number };
  /** What this process does of the work; all of it by default. */
  roles: readonly Role[];
  /** Processes wake each other over NATS; absent: over the database. */
  natsUrl?: string;
  /** The page on which a newcomer chats with himself. */
  demo: boolean;
  /** Control addresses of simulated providers on this machine, whose people can be played in the inbox. */
  simulators: string[];
  /** Registrations of end users a minute from one address. */
  registrationsPerMinute: number;
}

export { ConfigError };

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the settings. Throws `ConfigError`. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const production = env.NODE_ENV === 'production';
  const port = wholeNumber(env, 'PORT', 8080, 0, 65_535);
  const host = env.HOST || (production ? '0.0.0.0' : '127.0.0.1');
  const dataDir = resolve(env.DATA_DIR || './data');
  const publicUrl = publicUrlOf(env, host, port);
  const databaseUrl = databaseUrlOf(env);
  const apiKey = env.PARLEY_API_KEY;
  if (apiKey !== undefined && apiKey !== '' && apiKey.length < 16) {
    throw new ConfigError('PARLEY_API_KEY must have at least 16 characters.');
  }
  return {
    production,
    port,
    host,
    publicUrl,
    server: serverOf(publicUrl),
    dataDir,
    ...(databaseUrl && { databaseUrl }),
    ...s3Of(env),
    secret: secretOf(env, production, dataDir),
    formerSecrets: list(env.PARLEY_FORMER_SECRETS),
    first: {
      ...(apiKey && { apiKey }),
      ...(env.PARLEY_ADMIN_EMAIL && { adminEmail: env.PARLEY_ADMIN_EMAIL }),
      ...(env.PARLEY_ADMIN_PASSWORD && { adminPassword: env.PARLEY_ADMIN_PASSWORD }),
    },
    allowed: allowedOf(env, production),
    allowHttp: flag(env, 'ALLOW_HTTP_WEBHOOKS', !production),
    logLevel: oneOf(env, 'LOG_LEVEL', 'info', logLevels),
    cors: corsOf(env),
    inboxFrameOrigins: originsOf(env, 'INBOX_FRAME_ORIGINS'),
    trustedProxies: proxiesOf(env),
    access: {
      agentHours: amount(env, 'ACCESS_TOKEN_HOURS', 24, shortestTokenMinutes / 60, 8760),
      signInHours: amount(env, 'SIGN_IN_HOURS', 168, 0.1, 8760),
    },
    keep: {
      endUserDays: amount(env, 'END_USER_DAYS', 60, 1, 36_500),
      eventDays: amount(env, 'EVENT_DAYS', 30, 1, 36_500),
      auditDays: amount(env, 'AUDIT_DAYS', 400, 30, 36_500),
    },
    roles: rolesOf(env),
    ...natsOf(env),
    demo: flag(env, 'DEMO', !production),
    simulators: simulatorsOf(env),
    registrationsPerMinute: wholeNumber(env, 'REGISTRATIONS_PER_MINUTE', 600, 1, 1_000_000),
  };
}

function rolesOf(env: NodeJS.ProcessEnv): readonly Role[] {
  const given = list(env.ROLES);
  for (const role of given) {
    if (!(roles as readonly string[]).includes(role))
      throw new ConfigError(`ROLES must be some of ${roles.join(', ')}, not "${role}".`);
  }
  return given.length > 0 ? (given as Role[]) : roles;
}

/** May hold a password: what is wrong with it is told without repeating it. */
function natsOf({ NATS_URL: given }: NodeJS.ProcessEnv): { natsUrl?: string } {
  if (!given) return {};
  if (!URL.canParse(given) || !/^(nats|tls|wss?):$/.test(new URL(given).protocol)) {
    throw new ConfigError('NATS_URL must be an address such as nats://127.0.0.1:4222.');
  }
  return { natsUrl: given };
}

function publicUrlOf(env: NodeJS.ProcessEnv, host: string, port: number): URL {
  const given = env.PUBLIC_URL;
  if (given) {
    if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
      throw new ConfigError(
        `PUBLIC_URL must be a web address such as https://talk.example.com, not "${given}".`,
      );
    }
    return new URL(given);
  }
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host === '127.0.0.1' ? 'localhost' : host;
  return new URL(`http://${name.includes(':') ? `[${name}]` : name}:${port}`);
}

/** Holds a password: what is wrong with it is told without repeating it. */
function databaseUrlOf({ DATABASE_URL: given }: NodeJS.ProcessEnv): string | undefined {
  if (!given) return undefined;
  if (!URL.canParse(given) || !/^postgres(ql)?:$/.test(new URL(given).protocol)) {
    throw new ConfigError(
      'DATABASE_URL must be an address such as postgres://user:password@127.0.0.1:5432/parley.',
    );
  }
  return given;
}

function corsOf(env: NodeJS.ProcessEnv): '*' | string[] {
  const origins = list(env.CORS_ORIGINS);
  return origins.length === 0 || origins.includes('*') ? '*' : originsOf(env, 'CORS_ORIGINS', '* or ');
}

function originsOf(env: NodeJS.ProcessEnv, name: string, orElse = ''): string[] {
  const origins = list(env[name]);
  for (const origin of origins) {
    // Browsers send it in this form, and it is compared as text.
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new ConfigError(
        `${name} must be ${orElse}origins such as https://inbox.example.com, not "${origin}".`,
      );
    }
  }
  return origins;
}

/** Whoever may answer customers may play them there: nothing that can be reached from outside. */
function simulatorsOf(env: NodeJS.ProcessEnv): string[] {
  const given = list(env.SIMULATORS);
  for (const address of given) {
    if (!/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost):\d+\/?$/.test(address))
      throw new ConfigError(
        `SIMULATORS must be control addresses on this machine such as http://127.0.0.1:9100, not "${address}".`,
      );
  }
  return given;
}

function proxiesOf(env: NodeJS.ProcessEnv): string[] {
  const given = list(env.TRUSTED_PROXIES);
  try {
    parseAllowList(given);
  } catch (error) {
    throw new ConfigError(`TRUSTED_PROXIES: ${(error as Error).message}.`);
  }
  return given;
}

function serverOf({ host }: URL): string {
  const dot = host.indexOf('.');
  return dot > 0 && !/^[\d.]+(:\d+)?$/.test(host) ? host.slice(dot + 1) : host;
}

function allowedOf(env: NodeJS.ProcessEnv, production: boolean): AllowList {
  const given = list(env.ALLOW_PRIVATE_TARGETS);
  const loopback = production ? [] : ['127.0.0.0/8', '::1/128'];
  try {
    return parseAllowList([...given, ...loopback]);
  } catch (error) {
    throw new ConfigError(`ALLOW_PRIVATE_TARGETS: ${(error as Error).message}.`);
  }
}

/** Given, or in development generated once and kept beside the data it seals. */
function secretOf(env: NodeJS.ProcessEnv, production: boolean, dataDir: string): string {
  const given = env.PARLEY_SECRET;
  if (given) {
    if (given.length < 16) throw new ConfigError('PARLEY_SECRET must have at least 16 characters.');
    return given;
  }
  if (production) {
    throw new ConfigError(
      'PARLEY_SECRET must be set in production: it seals the credentials of your channels.',
    );
  }
  const path = join(dataDir, 'secret');
  try {
    return readSecret(path) ?? makeSecret(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `DATA_DIR cannot keep the generated secret (${(error as Error).message}): make it writable, or set PARLEY_SECRET.`,
    );
  }
}

function readSecret(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < 16) {
    throw new ConfigError(`The secret in ${path} is cut short: restore the file, or set PARLEY_SECRET.`);
  }
  return secret;
}

/** Under its name the file is whole from the start, for others start at this very moment; the first wins. */
function makeSecret(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, path);
    return secret;
  } catch (error) {
    const theirs = readSecret(path);
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    unlinkSync(draft);
  }
}
