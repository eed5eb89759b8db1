import Type from 'typebox';
import { agentViews } from '../../../model/policy.ts';
import { present } from '../../../model/present.ts';
import { sessionHours } from '../../../model/session.ts';
import { customFieldTypes } from '../../../model/setup.ts';
import { hoursFor } from '../../../model/window.ts';
import { AgentCard, cardOf } from '../me-words.ts';
import { route } from '../route.ts';
import { flag, maybe, oneOf } from '../words.ts';
import { carriesOf } from './told.ts';

const text = (description: string) => maybe(Type.String({ description }));
const named = {
  code: Type.String({ description: 'Its code.' }),
  name: Type.String({ description: 'Name for people.' }),
};

const Channel = Type.Object({
  id: Type.String({ description: 'Its id.' }),
  type: Type.String({ description: 'Channel type.' }),
  contactType: Type.String({ description: 'What kind of address its contacts have.' }),
  lane: Type.String({ description: 'Our side.' }),
  name: Type.String({ description: 'Name for people.' }),
  sandbox: flag('For trying out: the simulator plays its customers.'),
  enabled: flag('Messages go out and come in.'),
  windowHours: maybe(Type.Number({ description: 'Hours of the care window.' })),
  attention: text('Why an administrator must look at it.'),
  types: Type.Array(Type.String(), { description: 'Types of messages that it carries.' }),
  buttons: Type.Integer({ description: 'Choices that go out as buttons.' }),
  maxText: maybe(Type.Integer({ description: 'Longest text in characters.' })),
  media: Type.Record(
    Type.String(),
    Type.Object({ mimes: Type.Array(Type.String()), maxBytes: Type.Integer() }),
    {
      description:
        'By type of message: MIME types that it takes (none named: any), and the largest file in bytes.',
    },
  ),
});

const Names = Type.Object(
  {
    agents: Type.Array(AgentCard),
    teams: Type.Array(Type.Object(named)),
    queues: Type.Array(
      Type.Object({
        ...named,
        type: oneOf(['AGENT', 'BOT'], 'Who answers in it.'),
        isDefault: flag('First queue of new sessions.'),
      }),
    ),
    channels: Type.Array(Channel),
    tags: Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'Its id.' }),
        name: Type.String({ description: 'Its name.' }),
        colour: text('#rrggbb'),
        description: text('What it is for.'),
      }),
    ),
    customFields: Type.Array(
      Type.Object({
        key: Type.String({ description: 'Key of the label that holds the value.' }),
        name: Type.String({ description: 'Name for people.' }),
        type: oneOf(customFieldTypes, 'What its values are.'),
      }),
    ),
    settings: Type.Object({
      agentsSee: oneOf(agentViews, 'Which sessions agents see.'),
      sessionHours: Type.Number({ description: 'Hours without a message after which a session ends.' }),
    }),
  },
  { $id: 'InboxSetup' },
);

/** Everything that has a name in the inbox, in one call. */
export const inboxNames = [
  route({
    method: 'GET',
    path: '/inbox/setup',
    right: 'agent',
    summary: 'Agents, teams, queues, channels, tags and fields, by their names',
    answer: Names,
    async run({ core, setup, businessId }) {
      // What the setup says of how channels stand may be old.
      const [all, states] = await Promise.all([setup(), core.change.channelStates(businessId)]);
      const channels = [...all.channels.values()].map(
        ({ id, type, contactType, lane, name, sandbox, enabled, settings }) => {
          const carries = carriesOf(core, all, id);
          return present({
            ...{ id, type, contactType, lane, name, sandbox, enabled },
            windowHours: carries && hoursFor(carries, settings, 'AGENT'),
            attention: states.get(id)?.attention?.reason,
            types: Object.keys(carries?.out ?? {}),
            buttons: carries?.buttons.max ?? 0,
            maxText: carries?.maxText,
            media: refusing(carries?.media),
          });
        },
      );
      return {
        agents: [...all.agents.values()].map(cardOf),
        teams: [...all.teams.values()],
        queues: [...all.queues.values()].map(({ code, name, type, isDefault }) => ({
          code,
          name,
          type,
          isDefault,
        })),
        channels,
        tags: [...all.tags.values()].map(({ id, name, colour, description }) =>
          present({ id, name, colour, description }),
        ),
        customFields: [...all.customFields.values()].map(({ key, name, type }) => ({ key, name, type })),
        settings: {
          agentsSee: all.business.settings.agentsSee ?? 'all',
          sessionHours: all.business.settings.sessionHours ?? sessionHours,
        },
      } as never;
    },
  }),
];

/** The rules by which a file is refused: what only goes in another way than it could is no concern of who picks it. */
function refusing(rules: NonNullable<ReturnType<typeof carriesOf>>['media'] = {}) {
  return Object.fromEntries(Object.entries(rules).filter(([, { orLink }]) => !orLink));
}
