import Type, { type Static } from 'typebox';
import { approvalSources, approvalStatuses, type Approval as ModelApproval } from '../../model/approval.ts';
import { whoKinds } from '../../model/audit.ts';
import type { ApprovalChange as StoredChange } from '../../store/template-approvals.ts';
import { flag, maybe, ms, oneOf, text } from './words.ts';

/** What is known of a template at a channel, now or at some time. */
const state = {
  status: oneOf(approvalStatuses, 'How the provider stands to it.'),
  templateId: text("The provider's id of the template."),
  reason: text('Why it stands so, in the words of the provider.'),
  category: text('As what the provider has it, and charges for it: MARKETING, UTILITY …'),
  quality: text('How people take it, as the provider rates that: GREEN, YELLOW, RED.'),
};

/** How a provider stands to a template. */
export const Approval = Type.Object(
  {
    channel: Type.String({ description: 'Id of the channel.' }),
    ...state,
    since: maybe(ms('Since when it has this status.')),
    outdated: maybe(
      flag(
        'The template was changed since: what the provider has says something else, and is what people get.',
      ),
    ),
  },
  { $id: 'TemplateApproval' },
);

/** One change in the history of an approval. */
export const ApprovalChange = Type.Object(
  {
    no: Type.Integer({ description: 'A later change has a greater one.' }),
    at: ms('When.'),
    ...state,
    source: oneOf(
      approvalSources,
      'How it is known. `noted`: by hand; `submitted`: we handed it in; `told`: by a webhook of the provider; `read`: from its list.',
    ),
    who: maybe(
      Type.Object(
        {
          kind: oneOf(whoKinds, 'A person, or what a program came in with.'),
          id: text('Code of the agent; id of the key or the access token.'),
          name: text('Its name at that time.'),
          agent: text('Code of the agent whose sign-in or access token it was.'),
        },
        { description: 'Who noted or submitted it.' },
      ),
    ),
  },
  { $id: 'TemplateApprovalChange' },
);

type Status = (typeof approvalStatuses)[number];

/** A state in the words of the API. */
export function approvalTold(
  { channelId: channel, status, form, ...rest }: ModelApproval,
  formNow: string,
): Static<typeof Approval> {
  const isOutdated = form !== undefined && form !== formNow;
  return { channel, status: status as Status, ...rest, ...(isOutdated && { outdated: true }) };
}

/** A change in the words of the API. */
export const changeTold = (change: StoredChange) => change as Static<typeof ApprovalChange>;
