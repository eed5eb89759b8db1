import type { Channel } from '../channels/channel.ts';
import { signalsOf } from '../channels/signals.ts';
import { present } from '../model/present.ts';
import type { By } from './audit.ts';
import { type CannedAnswerChange, putCannedAnswer } from './canned-answers.ts';
import { channelStates } from './channel-states.ts';
import { changeOnce } from './idempotency.ts';
import { createKey, revokeKey } from './keys.ts';
import type { ChannelType, SetupChanges } from './setup.ts';
import { putAgent } from './setup-agents.ts';
import { makeApply } from './setup-apply.ts';
import { approveTemplate } from './setup-approvals.ts';
import { putBusiness } from './setup-business.ts';
import { putChannel } from './setup-channels.ts';
import { changeSetup, type Draft, finish, type SetupTools } from './setup-draft.ts';
import { renewVisitorSecret } from './setup-end-users.ts';
import { enableEndpoint, putEndpoint, setWebhook } from './setup-endpoints.ts';
import { putApp, putQueue, putTeam } from './setup-people.ts';
import { remove } from './setup-remove.ts';
import { putCustomField, putTag } from './setup-tags.ts';
import { putTemplate, putVar } from './setup-templates.ts';

/** The changes that doors may ask for, each in a transaction of its own. */
export function makeSetupChanges(tools: SetupTools): SetupChanges {
  /** One change of one business, as a function of who makes it there and what is asked for. */
  const each =
    <A extends unknown[], T>(work: (draft: Draft, ...args: A) => Promise<T>) =>
    (by: By, ...args: A): Promise<T> =>
      changeSetup(tools, by, (draft) => work(draft, ...args));
  return {
    putBusiness: (by, business) =>
      changeOnce(tools, async (tx) => {
        const { value, change, draft } = await putBusiness(tools, tx, by, business);
        await finish(draft);
        return { value: { id: value.id, domain: value.domain }, change };
      }),
    putApp: each(putApp),
    putQueue: each(putQueue),
    putTeam: each(putTeam),
    putAgent: each(putAgent),
    putTag: each(putTag),
    putCannedAnswer: each((draft, answer: CannedAnswerChange) => putCannedAnswer(draft, '', answer)),
    putCustomField: each(putCustomField),
    putChannel: each(putChannel),
    putTemplate: each(putTemplate),
    approveTemplate: each(approveTemplate),
    putVar: each(putVar),
    putEndpoint: each(putEndpoint),
    setWebhook: each(setWebhook),
    enableEndpoint: each(enableEndpoint),
    createKey: each(createKey),
    revokeKey: each(revokeKey),
    renewVisitorSecret: each(renewVisitorSecret),
    remove: each(remove),
    apply: makeApply(tools),
    channelStates: (businessId) => channelStates(tools, businessId),
    channelTypes: tools.channels.flatMap((door) => door.types.map((type) => typeTold(type, door))),
  };
}

function typeTold(type: string, channel: Channel): ChannelType {
  const { types, contactType, name, about, account, carries, check, webhook, templates, visitors } = channel;
  return present({
    type,
    contactType,
    aliasOf: type === types[0] ? undefined : types[0],
    name,
    about,
    settings: account,
    carries,
    hasTest: check !== undefined,
    webhook,
    submits: templates !== undefined,
    signals: signalsOf(channel),
    hasVisitors: visitors !== undefined,
  });
}
