import Type from 'typebox';
import * as accounts from '../../store/agent-passwords.ts';
import { list } from '../../store/sign-ins.ts';
import { route } from './route.ts';
import { flag, known, maybe, ms, oneOf, Removed } from './words.ts';

const params = Type.Object({ code: Type.String({ description: 'Code of the agent.' }) });

/** How agents come in, for who sets the business up. */
export const agentAccess = [
  route({
    method: 'GET',
    path: '/agents/:code/access',
    right: 'setup',
    summary: 'How an agent signs in, and where',
    params,
    answer: Type.Object(
      {
        hasPassword: flag('There is a password. Without one the agent needs a link first.'),
        totp: flag('A code of a second device is asked for.'),
        signIns: Type.Array(
          Type.Object({
            kind: oneOf(['cookie', 'token'], 'How it is brought along.'),
            createdAt: ms('When the agent signed in.'),
            seenAt: ms('When it was last used, to the minute.'),
            expiresAt: ms('When it ends, unless it is used before.'),
            address: maybe(Type.String({ description: 'Address from which the agent signed in.' })),
            userAgent: maybe(Type.String({ description: 'What the program said of itself.' })),
          }),
          { description: 'Newest first.' },
        ),
      },
      { $id: 'AgentAccess' },
    ),
    async run({ core, businessId, params, setup }) {
      const { code } = known((await setup()).agents.get(params.code), 'agent');
      const [account, signIns] = await Promise.all([
        accounts.find(core.db, businessId, code),
        list(core.db, businessId, code),
      ]);
      return {
        hasPassword: account !== undefined,
        totp: account?.hasTotp ?? false,
        signIns: signIns.map(({ id: _, ...one }) => one),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/agents/:code/link',
    right: 'setup',
    summary: 'A link with which an agent chooses a password',
    about:
      'Nothing is mailed: hand it over yourself. It is good once: an invitation for 72 hours, a reset for 24. The one before is dead.',
    params,
    answer: Type.Object(
      {
        kind: oneOf(['invitation', 'reset'], 'The first password, or another one.'),
        token: Type.String({ description: 'What the link carries. Shown once.' }),
        url: Type.String({ description: 'The link.' }),
        expiresAt: ms('When it ends.'),
      },
      { $id: 'SignInLink' },
    ),
    run: ({ core, caller, params }) => core.signIns.makeLink(caller, params.code),
  }),
  route({
    method: 'DELETE',
    path: '/agents/:code/sign-ins',
    right: 'setup',
    summary: 'End all sign-ins and access tokens of an agent',
    params,
    answer: Type.Object({ ended: Type.Integer({ description: 'How many.' }) }),
    async run({ core, caller, params, setup }) {
      const { code } = known((await setup()).agents.get(params.code), 'agent');
      return { ended: await core.signIns.signOutEverywhere(caller, code) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/agents/:code/totp',
    right: 'setup',
    summary: 'Take the second device off an agent who lost it',
    params,
    answer: Removed,
    async run({ core, caller, params, setup }) {
      const { code } = known((await setup()).agents.get(params.code), 'agent');
      await core.signIns.resetTotp(caller, code);
      return { removed: true };
    },
  }),
];
