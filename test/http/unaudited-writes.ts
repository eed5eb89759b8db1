const conversation =
  'It is about a conversation: its lines, and the log of events, tell what was done with it.';
const customer = 'It is about a customer: the log of events tells what was done.';
const screen = 'It is one person’s own screen, which nobody else sees.';
const nothing = 'It writes nothing.';
const goes = 'A customer comes, goes or writes: nobody of the business did anything.';
const simulator = 'It plays a customer of a sandbox, or of a simulated provider.';
const provider =
  'Providers call here: what they tell is in the log of events, templates they approve in this log.';

const elsewhere =
  'It needs a provider: test/apis/parley/template-providers.test.ts looks for its lines in the log.';

/** Every other write, and why it leaves none. */
export const unaudited: Readonly<Record<string, string>> = {
  'POST /xms/api/v1/contact/prefs/lang': customer,
  'POST /xms/api/v1/data/push': customer,
  'POST /xms/api/v1/event/push': customer,
  'POST /xms/api/v1/contact/info': customer,
  'POST /xms/api/v1/message/receive': provider,
  'POST /xms/api/v1/message/send': conversation,
  'POST /xms/api/v1/session/close': conversation,
  'POST /xms/api/v1/session/messages': nothing,
  'POST /xms/api/v1/session/resolve': conversation,
  'POST /xms/api/v1/session/routing': conversation,
  'POST /v1/contact/create': customer,
  'POST /v1/contact/assign': customer,
  'POST /v1/contact/tags': customer,
  'POST /v1/message/send': conversation,
  'POST /api/v5/sessions/bot': goes,
  'POST /api/v5/sessions/visitor': goes,
  'POST /api/v5/sessions': goes,
  'POST /api/v4/sessions': goes,
  'POST /api/v3/sessions': goes,
  'POST /api/v4/authentication/token': goes,
  'POST /api/v1/sign-in/link': nothing,
  'PUT /api/v1/me/preferences': screen,
  'POST /api/v1/inbox/sessions/:id/messages': conversation,
  'POST /api/v1/inbox/sessions/:id/messages/:message/retry': conversation,
  'POST /api/v1/inbox/sessions/:id/notes': conversation,
  'PUT /api/v1/inbox/sessions/:id/holder': conversation,
  'POST /api/v1/inbox/sessions/:id/claim': conversation,
  'POST /api/v1/inbox/sessions/:id/resolve': conversation,
  'POST /api/v1/inbox/sessions/:id/close': conversation,
  'POST /api/v1/inbox/sessions/:id/reopen': conversation,
  'POST /api/v1/inbox/sessions/:id/undo': conversation,
  'PUT /api/v1/inbox/sessions/:id/snooze': conversation,
  'DELETE /api/v1/inbox/sessions/:id/snooze': conversation,
  'PUT /api/v1/inbox/sessions/:id/read': screen,
  'DELETE /api/v1/inbox/sessions/:id/read': screen,
  'PUT /api/v1/inbox/sessions/:id/drafts/:mode': screen,
  'DELETE /api/v1/inbox/sessions/:id/drafts/:mode': screen,
  'POST /api/v1/inbox/sessions/:id/preview': nothing,
  'PUT /api/v1/inbox/contacts/:id': customer,
  'PUT /api/v1/inbox/contacts/:id/tags': customer,
  'PUT /api/v1/inbox/contacts/:id/owner': customer,
  'POST /api/v1/inbox/contacts/:id/messages': conversation,
  'PUT /api/v1/inbox/canned-answers/:code': screen,
  'DELETE /api/v1/inbox/canned-answers/:code': screen,
  'POST /api/v1/inbox/simulator/:channel/phones/:csid/messages': simulator,
  'PUT /api/v1/inbox/simulator/:channel/phones/:csid/switches': simulator,
  'POST /api/v1/inbox/simulator/:channel/phones/:csid/receipts': simulator,
  'POST /api/v1/inbox/simulator/:channel/phones/:csid/subscribe': simulator,
  'PUT /api/v1/inbox/simulator/:channel/provider': simulator,
  'POST /api/v1/contacts': customer,
  'PUT /api/v1/contacts/:id/tags': customer,
  'POST /api/v1/contacts/:id/tags': customer,
  'PUT /api/v1/contacts/:id/owner': customer,
  'POST /api/v1/messages': conversation,
  'POST /api/v1/messages/bulk': conversation,
  'POST /api/v1/messages/preview': nothing,
  'POST /api/v1/templates/check': nothing,
  'POST /api/v1/templates/:code/:lang/approvals/:channel/submit': elsewhere,
  'POST /api/v1/channels/:id/templates/sync': elsewhere,
  'POST /api/v1/channels/:id/templates/import': elsewhere,
  'POST /api/v1/channel-types/:type/test': nothing,
  'POST /api/v1/media': 'A file is kept for a message: that tells of it.',
  'POST /widget/media': goes,
  'POST /widget/session': goes,
  'POST /widget/frames': goes,
  'POST /webhook/:type/:accountId': provider,
  'POST /webhook/email/:accountId': provider,
  'POST /webhook/gmail/:accountId': provider,
};
