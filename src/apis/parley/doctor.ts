import Type from 'typebox';
import { checkInvariants, patient } from '../../store/invariants.ts';
import { route } from './route.ts';

const Finding = Type.Object(
  {
    name: Type.String({ description: 'Which invariant.', examples: ['messageOverdue'] }),
    about: Type.String({ description: 'What is found when it is broken.' }),
    broken: Type.Integer({ description: 'How often it is; 0: all is well.', examples: [0] }),
    examples: Type.Array(Type.String(), {
      description: 'Some of what breaks it, as `<id of the business>/<id>`.',
      examples: [[]],
    }),
  },
  { $id: 'Finding' },
);

export const doctor = [
  route({
    method: 'GET',
    path: '/invariants',
    right: 'installation',
    summary: 'Whether everything that is stored is as it must be',
    about: 'Reads everything, which takes minutes on a large installation: not for every day there.',
    answer: Type.Object({ items: Type.Array(Finding) }),
    run: async ({ core }) => ({ items: await checkInvariants(patient(core.db)) }),
  }),
];
