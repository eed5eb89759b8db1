import { asciiDigits } from '../../text/fold.ts';
import { type Business, defaults } from './business.ts';

/** What the form holds; numbers as they are typed. */
export interface Values {
  name: string;
  lang: string;
  timeZone: string;
  defaultQueue: string;
  sessionHours: string;
  agentsSee: string;
  agentSeats: string;
  bots: boolean;
  visitors: boolean;
  signedVisitors: boolean;
  secureMode: boolean;
  dailyReads: string;
  tokenDays: string;
}

export function valuesOf({ name, defaultQueue = '', settings }: Business): Values {
  const { sessionHours, agentSeats, agentsSee, lang = '', timeZone = '', endUsers = {} } = settings;
  const { bots, visitors, signedVisitors, secureMode, dailyReads, tokenDays } = { ...defaults, ...endUsers };
  return {
    ...{ name, lang, timeZone, defaultQueue, bots, visitors, signedVisitors, secureMode },
    agentsSee: agentsSee ?? defaults.agentsSee,
    sessionHours: String(sessionHours ?? defaults.sessionHours),
    agentSeats: String(agentSeats ?? defaults.agentSeats),
    dailyReads: String(dailyReads),
    tokenDays: String(tokenDays),
  };
}

export const numberIn = (text: string) => Number(asciiDigits(text.trim()));

const numbers = ['sessionHours', 'agentSeats', 'dailyReads', 'tokenDays'];
const ofBusiness = ['name', 'defaultQueue'];
const ofSettings = ['lang', 'timeZone', 'sessionHours', 'agentsSee', 'agentSeats'];

/** What of a change goes where in the words of the API. */
export function bodyOf(changed: Partial<Values>) {
  const given = Object.entries(changed).map(([field, value]): [string, unknown] => [
    field,
    numbers.includes(field) ? numberIn(String(value)) : value,
  ]);
  const part = (fits: (field: string) => boolean) =>
    Object.fromEntries(given.filter(([field]) => fits(field)));
  const endUsers = part((field) => !ofBusiness.includes(field) && !ofSettings.includes(field));
  const settings = {
    ...part((field) => ofSettings.includes(field)),
    ...(Object.keys(endUsers).length > 0 && { endUsers }),
  };
  return {
    ...part((field) => ofBusiness.includes(field)),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}
