import { channelStates } from './channel-states.ts';
import { createKey, revokeKey } from './keys.ts';
import type { SetupChanges } from './setup.ts';
import { makeApply } from './setup-apply.ts';
import { putBusiness } from './setup-business.ts';
import { putChannel } from './setup-channels.ts';
import { announce, changeSetup, type Draft, type SetupTools } from './setup-draft.ts';
import { enableEndpoint, putEndpoint, setWebhook } from './setup-endpoints.ts';
import { putAgent, putApp, putQueue, putTeam } from './setup-people.ts';
import { remove } from './setup-remove.ts';
import { approveTemplate, putTemplate, putVar } from './setup-templates.ts';

/** The changes that doors may ask for, each in a transaction of its own. */
export function makeSetupChanges(tools: SetupTools): SetupChanges {
  /** One change of one business, as a function of the business and what is asked for. */
  const each =
    <A extends unknown[], T>(work: (draft: Draft, ...args: A) => Promise<T>) =>
    (businessId: number, ...args: A): Promise<T> =>
      changeSetup(tools, businessId, (draft) => work(draft, ...args));
  return {
    async putBusiness(business) {
      const { value, change, draft } = await tools.db.transaction(async (tx) => {
        const put = await putBusiness(tools, tx, business);
        await announce(put.draft);
        return put;
      });
      for (const noun of draft.changed) tools.feed.tell(value.id, noun);
      return { value: { id: value.id, domain: value.domain }, change };
    },
    putApp: each(putApp),
    putQueue: each(putQueue),
    putTeam: each(putTeam),
    putAgent: each(putAgent),
    putChannel: each(putChannel),
    putTemplate: each(putTemplate),
    approveTemplate: each(approveTemplate),
    putVar: each(putVar),
    putEndpoint: each(putEndpoint),
    setWebhook: each(setWebhook),
    enableEndpoint: each(enableEndpoint),
    createKey: each(createKey),
    revokeKey: each(revokeKey),
    remove: each(remove),
    apply: makeApply(tools),
    channelStates: (businessId) => channelStates(tools, businessId),
    channelTypes: tools.channels.flatMap(({ types, contactType, about, account, carries }) =>
      types.map((type) => ({ type, contactType, about, settings: account, carries })),
    ),
  };
}
