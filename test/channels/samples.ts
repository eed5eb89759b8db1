import { customSample } from './custom/sample.ts';
import { dummySample } from './dummy/sample.ts';
import { emailSample, gmailSample } from './email/sample.ts';
import { lineSample } from './line/sample.ts';
import { facebookSample, instagramSample } from './meta/sample.ts';
import { fcmSample, webPushSample } from './push/sample.ts';
import { smppSample } from './smpp/sample.ts';
import { telegramSample } from './telegram/sample.ts';
import type { Sample } from './tools.ts';
import { twilioSample } from './twilio/sample.ts';
import { twitterSample } from './twitter/sample.ts';
import { unifonicSample } from './unifonic/sample.ts';
import { vonageSample } from './vonage/sample.ts';
import { webSample } from './web/sample.ts';
import { cloudSample, dialogSample, plainSample } from './whatsapp/sample.ts';
import { zaloSample } from './zalo/sample.ts';

/** One for every channel type that there is: `contract.test.ts` misses those that are not here. */
export const samples: readonly Sample[] = [
  cloudSample,
  plainSample,
  dialogSample,
  customSample,
  dummySample,
  emailSample,
  gmailSample,
  webSample,
  smppSample,
  twilioSample,
  vonageSample,
  unifonicSample,
  telegramSample,
  lineSample,
  facebookSample,
  instagramSample,
  zaloSample,
  webPushSample,
  fcmSample,
  twitterSample,
];
