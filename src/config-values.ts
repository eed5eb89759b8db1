/** A setting that cannot be: told in one clear sentence, and the start is refused. */
export class ConfigError extends Error {}

/** A whole number within bounds. */
export const wholeNumber = numberOf(/^\d+$/, 'a whole number');

/** A number within bounds. */
export const amount = numberOf(/^\d+(\.\d+)?$/, 'a number');

/** Reads numbers of one form; what is not set is `otherwise`. */
function numberOf(form: RegExp, what: string) {
  return (env: NodeJS.ProcessEnv, name: string, otherwise: number, low: number, high: number): number => {
    const text = env[name];
    if (!text) return otherwise;
    const value = Number(text);
    if (!form.test(text) || value < low || value > high)
      throw new ConfigError(`${name} must be ${what} from ${low} to ${high}, not "${text}".`);
    return value;
  };
}

/** One of a few words. */
export function oneOf(
  env: NodeJS.ProcessEnv,
  name: string,
  otherwise: string,
  values: readonly string[],
): string {
  const value = env[name] || otherwise;
  if (!values.includes(value))
    throw new ConfigError(`${name} must be one of ${values.join(', ')}, not "${value}".`);
  return value;
}

/** Yes or no. */
export function flag(env: NodeJS.ProcessEnv, name: string, otherwise: boolean): boolean {
  const value = env[name];
  if (!value) return otherwise;
  if (!['true', 'false', '1', '0'].includes(value))
    throw new ConfigError(`${name} must be true or false, not "${value}".`);
  return value === 'true' || value === '1';
}

/** What stands between commas. */
export function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
