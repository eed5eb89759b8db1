import { customSample } from './custom/sample.ts';
import { dummySample } from './dummy/sample.ts';
import type { Sample } from './tools.ts';
import { cloudSample, dialogSample, plainSample } from './whatsapp/sample.ts';

/** One for every channel type that there is: `contract.test.ts` misses those that are not here. */
export const samples: readonly Sample[] = [cloudSample, plainSample, dialogSample, customSample, dummySample];
