import {
  type ChatSettings,
  chatDefaults,
  type EndUserSettings,
  shortestTokenMinutes,
} from '../model/access.ts';
import { present } from '../model/present.ts';
import { invalid } from '../model/problem.ts';
import { setVisitorSecret } from '../store/setup-business.ts';
import type { Draft } from './setup-draft.ts';
import { newVisitorSecret, sealVisitorSecret } from './setup-secrets.ts';

const switches = ['bots', 'visitors', 'signedVisitors', 'secureMode'] as const;
const names = [...switches, 'dailyReads', 'tokenDays', 'chat'] as const;
const chatNames = Object.keys(chatDefaults) as (keyof ChatSettings)[];

/** Settings for end users that are given replace those that stood; null takes one away. */
export function checkEndUsers(
  given: unknown,
  before: EndUserSettings | undefined,
): EndUserSettings | undefined {
  if (given === undefined) return before;
  if (given === null) return undefined;
  const place = 'settings.endUsers';
  const settings = { ...before, ...checkNames(given, names, place) };
  const { chat, dailyReads, tokenDays } = settings;
  return present({
    ...checkFlags(settings, switches, place),
    dailyReads: checkNumber(dailyReads, `${place}.dailyReads`, 0, 1_000_000_000, true),
    tokenDays: checkNumber(tokenDays, `${place}.tokenDays`, shortestTokenMinutes / 1440, 3650, false),
    chat: checkChat(chat, before?.chat, `${place}.chat`),
  });
}

function checkChat(
  given: unknown,
  before: ChatSettings | undefined,
  place: string,
): ChatSettings | undefined {
  if (given === undefined || given === null) return undefined;
  return checkFlags({ ...before, ...checkNames(given, chatNames, place) }, chatNames, place);
}

function checkNames<N extends string>(
  given: unknown,
  possibleValues: readonly N[],
  place: string,
): Partial<Record<N, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(place, `${place} must be an object`);
  }
  const unknown = Object.keys(given).find((name) => !possibleValues.some((known) => known === name));
  if (unknown === undefined) return given;
  throw invalid(`${place}.${unknown}`, `There is no setting "${unknown}".`, { possibleValues });
}

function checkFlags<N extends string>(
  given: Partial<Record<N, unknown>>,
  flags: readonly N[],
  place: string,
): Partial<Record<N, boolean>> {
  const checked: Partial<Record<N, boolean>> = {};
  for (const name of flags) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'boolean') {
      throw invalid(`${place}.${name}`, `${place}.${name} must be true or false`, { value });
    }
    checked[name] = value;
  }
  return checked;
}

function checkNumber(
  value: unknown,
  field: string,
  low: number,
  high: number,
  isWhole: boolean,
): number | undefined {
  if (value === undefined || value === null) return undefined;
  const isOne = typeof value === 'number' && value >= low && value <= high;
  if (isOne && (!isWhole || Number.isInteger(value))) return value;
  const least = low === shortestTokenMinutes / 1440 ? `${shortestTokenMinutes} minutes (${low})` : low;
  throw invalid(field, `${field} must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${high}`, {
    value,
  });
}

/**
 * Makes the secret that registrations of visitors are signed with; shown this once. The one before is good
 * for nothing from then on.
 */
export async function renewVisitorSecret(draft: Draft): Promise<{ secret: string }> {
  const { tx, businessId, tools } = draft;
  const secret = newVisitorSecret();
  await setVisitorSecret(tx, businessId, sealVisitorSecret(tools.seal, businessId, secret));
  draft.deeds.push({ what: 'visitorSecret.replaced', changes: [{ field: 'secret', secret: 'replaced' }] });
  return { secret };
}
