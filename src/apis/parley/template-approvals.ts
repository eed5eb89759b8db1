import Type from 'typebox';
import { approvalStatuses } from '../../model/approval.ts';
import { history } from '../../store/template-approvals.ts';
import { ApprovalChange, changeTold } from './approval-words.ts';
import { numberedPageQuery, pageOf, pageRead } from './page.ts';
import { route } from './route.ts';
import { Template, templateParams, templateTold, variantOf } from './templates.ts';
import { change, known, oneOf, text } from './words.ts';

const params = Type.Object({
  ...templateParams.properties,
  channel: Type.String({ description: 'Id of the channel.' }),
});
const path = '/templates/:code/:lang/approvals/:channel';

/** How the providers of channels stand to templates. */
export const templateApprovals = [
  route({
    method: 'GET',
    path,
    right: 'read',
    operation: 'getTemplateApprovalHistory',
    summary: 'How a template came to stand at a channel as it does',
    about:
      'Newest first: each change with when, how it is known, who did it, and the reason of the provider.',
    params,
    query: numberedPageQuery(Number.MAX_SAFE_INTEGER),
    answer: pageOf(ApprovalChange),
    async run({ core, businessId, params, query: { after, limit }, setup }) {
      const now = await setup();
      const { id: templateId } = known(variantOf(now, params), 'template');
      const { id: channelId } = known(now.channels.get(params.channel), 'channel');
      const changes = await history(core.db, businessId, { templateId, channelId }, { before: after, limit });
      return pageRead(changes.map(changeTold), ({ no }) => String(no), limit);
    },
  }),
  route({
    method: 'PUT',
    path,
    right: 'setup',
    summary: 'Note how the provider of a channel stands to a template',
    about: 'Providers that tell it by themselves overwrite it.',
    params,
    body: change({
      status: oneOf(approvalStatuses, 'How the provider stands to it.'),
      templateId: text("The provider's id of the template."),
      reason: text('Why it stands so.'),
    }),
    answer: Template,
    async run({ core, caller, params, body, setup }) {
      const now = await setup();
      const { id } = known(variantOf(now, params), 'template');
      const { id: channelId } = known(now.channels.get(params.channel), 'channel');
      const put = await core.change.approveTemplate(caller, id, { ...body, channelId });
      return templateTold(put.value);
    },
  }),
  route({
    method: 'POST',
    path: `${path}/submit`,
    right: 'setup',
    summary: 'Hand a template in to the provider of a channel',
    about:
      'Or what was changed of it since. What stands against it is told by field, and nothing is handed in then. Asking again is no second template: one that the provider has already is taken up as it stands there.',
    params,
    answer: Template,
    async run({ core, caller, params, setup }) {
      const now = await setup();
      const { id } = known(variantOf(now, params), 'template');
      const { id: channelId } = known(now.channels.get(params.channel), 'channel');
      return templateTold(await core.templates.submit(caller, id, channelId));
    },
  }),
];
