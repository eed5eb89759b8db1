import { ConfigError, flag } from './config-values.ts';
import type { S3Options } from './pipeline/s3.ts';

/** The bucket that keeps files, where one is named. Throws `ConfigError`, which repeats no key. */
export function s3Of(env: NodeJS.ProcessEnv): { s3?: S3Options } {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const region = env.S3_REGION || 'us-east-1';
  const endpoint = endpointOf(env.S3_ENDPOINT || `https://s3.${region}.amazonaws.com`);
  const prefix = prefixOf(env.S3_PREFIX ?? '');
  const pathStyle = flag(env, 'S3_PATH_STYLE', true);
  if (!bucket) return {};
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/i.test(bucket)) {
    throw new ConfigError(`S3_BUCKET must be the name of a bucket, not "${bucket}".`);
  }
  if (!accessKeyId) throw new ConfigError('S3_ACCESS_KEY_ID must be set where S3_BUCKET is.');
  if (!secretAccessKey) throw new ConfigError('S3_SECRET_ACCESS_KEY must be set where S3_BUCKET is.');
  return { s3: { endpoint, region, bucket, accessKeyId, secretAccessKey, prefix, pathStyle } };
}

function endpointOf(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new ConfigError(
      'S3_ENDPOINT must be a web address without a key in it, such as https://s3.eu-central-1.amazonaws.com.',
    );
  }
  return url;
}

/** Plain characters only: every store signs and shows them alike. */
function prefixOf(given: string): string {
  const prefix = given.replace(/^\/+|\/+$/g, '');
  if (prefix === '') return '';
  if (!/^[\w./-]{1,200}$/.test(prefix) || prefix.split('/').some((step) => ['', '.', '..'].includes(step))) {
    throw new ConfigError(
      `S3_PREFIX must be letters, digits, "-", "_" and "." with "/" between, such as parley/files, not "${given}".`,
    );
  }
  return `${prefix}/`;
}
