import Type from 'typebox';
import { route } from './route.ts';
import { known, ms, oneOf, Removed } from './words.ts';

const params = Type.Object({ code: Type.String({ description: 'Code of the agent.' }) });

/** How agents come in, for who sets the business up. */
export const agentAccess = [
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
