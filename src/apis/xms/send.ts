import { post } from './operation.ts';
import { OutBoundMsg, OutBoundReciept } from './schemas/outbound.ts';
import { senderTypeOf, sendRequestOf } from './words-outbound.ts';

/** `message/send` (section 7): answers the id under which the statuses will come. */
export const sendMessage = post({
  path: 'message/send',
  access: 'write',
  tag: 'Outbound Messages',
  summary: 'Send a message to a person',
  description:
    'Stored and due when this answers; what becomes of it is told by statuses. The type is found by the ' +
    'block that is present when it is not given. A plain text among the buttons stands for its label.',
  told: { key: 'MESSAGE_ACCEPTED', text: 'The message is accepted for sending' },
  body: OutBoundMsg,
  required: ['to'],
  envelope: 'full',
  answer: OutBoundReciept,
  async run({ core, caller, body }) {
    const app = (await core.setup(caller.businessId)).apps.get(caller.appId);
    const sender = { type: senderTypeOf(app?.mode), ...(app && { code: app.code }) };
    const { id } = await core.send(caller, { sender, ...sendRequestOf(body) });
    return { id };
  },
});
