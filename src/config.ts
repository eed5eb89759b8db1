import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type AllowList, parseAllowList } from './model/address.ts';

/** Every setting, from the environment, validated at start (docs/settings.md lists them). */
export interface Config {
  production: boolean;
  port: number;
  host: string;
  publicUrl: URL;
  /** `meta.server`: the public host after its first label (decision D1). */
  server: string;
  dataDir: string;
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
}

/** A setting that cannot be: told in one clear sentence, and the start is refused. */
export class ConfigError extends Error {}

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
  };
}

function wholeNumber(
  env: NodeJS.ProcessEnv,
  name: string,
  otherwise: number,
  low: number,
  high: number,
): number {
  const text = env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new ConfigError(`${name} must be a whole number from ${low} to ${high}, not "${text}".`);
  }
  return value;
}

function oneOf(env: NodeJS.ProcessEnv, name: string, otherwise: string, values: readonly string[]): string {
  const value = env[name] || otherwise;
  if (!values.includes(value))
    throw new ConfigError(`${name} must be one of ${values.join(', ')}, not "${value}".`);
  return value;
}

function flag(env: NodeJS.ProcessEnv, name: string, otherwise: boolean): boolean {
  const value = env[name];
  if (!value) return otherwise;
  if (!['true', 'false', '1', '0'].includes(value))
    throw new ConfigError(`${name} must be true or false, not "${value}".`);
  return value === 'true' || value === '1';
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
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
  if (origins.length === 0 || origins.includes('*')) return '*';
  for (const origin of origins) {
    // Browsers send it in this form, and it is compared as text.
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new ConfigError(
        `CORS_ORIGINS must be * or origins such as https://inbox.example.com, not "${origin}".`,
      );
    }
  }
  return origins;
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
