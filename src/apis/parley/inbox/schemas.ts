import Type from 'typebox';
import { contactTypes } from '../../../model/contact.ts';
import { inboxStates } from '../../../store/inbox.ts';
import { ToldContent } from '../content.ts';
import { flag, json, maybe, ms, oneOf } from '../words.ts';
import { ticks } from './ticks.ts';

const text = (description: string) => maybe(Type.String({ description }));
const types = Object.keys(contactTypes) as (keyof typeof contactTypes)[];

/** The customer care window of a conversation. */
export const Window = Type.Object(
  {
    hours: Type.Number({
      description: 'Hours after the last message of the person in which anything may be sent.',
    }),
    open: flag('Anything may be sent now; else only templates.'),
    endsAt: maybe(ms('When it closes; absent when the person never wrote.')),
  },
  { $id: 'CareWindow' },
);

export const Tick = oneOf(ticks, 'How far a message of ours has come, as people see it.');
const Sender = oneOf(['API', 'BOT', 'AGENT'], 'Who wrote it.');

/** A row of the inbox. */
export const InboxSession = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    ticket: Type.String({ description: 'Short reference that people can read out.' }),
    state: oneOf(inboxStates, 'How it stands.'),
    version: Type.Integer({ description: 'Grows with every change of holder.' }),
    contact: Type.Object({
      id: Type.String({ description: 'Id of the contact.' }),
      no: Type.Integer({ description: 'Number of the contact.' }),
      name: Type.String({ description: 'What to call the person; the address when nothing is known.' }),
      imageUrl: text('Address of a picture.'),
      type: oneOf(types, 'What kind of address it is.'),
      lane: Type.String({ description: 'Our side.' }),
      csid: Type.String({ description: 'Address of the person.' }),
      tags: Type.Array(Type.Integer(), { description: 'Ids of tags.' }),
      owner: text('Code of the agent whose customer this is.'),
      lang: text('Preferred language.'),
      optedOut: flag('The person wants no messages.'),
    }),
    channelId: Type.String({ description: 'The channel.' }),
    queue: Type.String({ description: 'Code of the queue.' }),
    agent: text('Code of the agent who holds it.'),
    team: text('Code of the team that it waits for.'),
    resolvedBy: text('Code of the agent who held it when it was resolved.'),
    startedAt: ms('When it began.'),
    closedAt: maybe(ms('When it ended.')),
    activeAt: ms('When somebody last wrote.'),
    waitingSince: maybe(ms('Since when the person waits for an answer.')),
    snoozedUntil: maybe(ms('Until when it rests.')),
    unread: Type.Integer({ description: 'Messages of the person that you have not read.' }),
    mentioned: flag('A note that you have not read mentions you.'),
    draft: maybe(oneOf(['reply', 'note'], 'You began to write.')),
    last: maybe(
      Type.Object(
        {
          id: Type.String({ description: 'Id of the message.' }),
          direction: oneOf(['I', 'O', 'N'], 'From the person, to the person, a note.'),
          type: Type.String({ description: 'What kind of message.' }),
          text: Type.String({ description: 'At most 200 characters of it.' }),
          at: ms('When it was written.'),
          senderType: maybe(Sender),
          sender: text('Code of the app or the agent.'),
          tick: maybe(Tick),
        },
        { description: 'The last message.' },
      ),
    ),
    window: maybe(Window),
  },
  { $id: 'InboxSession' },
);

/** A draft of one agent. */
export const Draft = Type.Object(
  {
    text: Type.String({ description: 'The text.' }),
    data: maybe(json('What else is chosen: files, a template, the message answered.')),
    savedAt: ms('When it was kept.'),
  },
  { $id: 'Draft' },
);

const Failure = Type.Object({
  class: Type.String({ description: 'What kind of failure.', examples: ['OUTSIDE_WINDOW'] }),
  code: text("The provider's own code."),
  text: Type.String({ description: 'What happened, in a sentence.' }),
  cure: Type.String({ description: 'What can be done about it.' }),
  details: text("The provider's own words."),
  mayRetry: flag('Sending it again makes sense.'),
});

/** A message, or a line about the session, as people see it. */
export const ThreadMessage = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    no: maybe(Type.Integer({ description: 'Its number.' })),
    sessionId: Type.String({ description: 'The conversation.' }),
    direction: oneOf(['I', 'O', 'L', 'N'], 'From the person, to the person, a line, a note.'),
    at: ms('When it was accepted, or written by the person.'),
    content: ToldContent,
    tick: maybe(Tick),
    ticks: maybe(
      Type.Record(Type.String(), Type.Integer(), {
        description: 'When each tick was reached, epoch milliseconds.',
      }),
    ),
    failure: maybe(Failure),
    sender: maybe(Type.Object({ type: Sender, code: text('Code of the app or the agent.') })),
    replyTo: maybe(
      Type.Object({
        id: text('Our id of the message that this one answers.'),
        direction: maybe(oneOf(['I', 'O', 'N', 'L'], 'Its direction.')),
        type: text('What kind of message that is.'),
        text: text('At most 200 characters of it.'),
      }),
    ),
    mentions: maybe(Type.Array(Type.String(), { description: 'Codes of agents whom a note mentions.' })),
    retriedBy: maybe(
      Type.Object(
        {
          id: Type.String({ description: 'Id of that message.' }),
          sessionId: Type.String({ description: 'Its conversation.' }),
        },
        { description: 'The message by which it was sent once more.' },
      ),
    ),
    retryOf: text('Id of the message that failed and was sent once more by this one.'),
    sendAt: maybe(ms('When it will be sent.')),
    mask: flag('What it says is hidden.'),
    system: maybe(
      json(
        'What was done with the session: `event` (assigned, resolved, reopened, closed, snoozed, woken), `by` and more.',
      ),
    ),
  },
  { $id: 'ThreadMessage' },
);
