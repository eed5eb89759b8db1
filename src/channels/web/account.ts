import { type Static, Type } from 'typebox';

const origin = '^https?://(\\*\\.)?[^\\s/*@?#]+$';
const language = '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$';
const clock = '^([01]\\d|2[0-3]):[0-5]\\d$';
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const asked = (what: string) =>
  Type.Enum(['off', 'optional', 'required'], {
    title: `Ask for ${what}`,
    description: `Whether visitors are asked for ${what} before their first message.`,
    default: 'off',
  });

const perSecond = (title: string, description: string, standard: number, maximum: number) =>
  Type.Number({ title, description, default: standard, exclusiveMinimum: 0, maximum, advanced: true });

/** What an operator sets on a web site. Only the origins are needed for a site of one's own. */
export const account = Type.Object({
  siteName: Type.Optional(
    Type.String({
      title: 'Name of the site',
      description: 'Stands above the conversation. The name of the business when empty.',
      minLength: 1,
      maxLength: 100,
    }),
  ),
  origins: Type.Optional(
    Type.Array(Type.String({ pattern: origin, maxLength: 255 }), {
      title: 'Origins of the pages',
      description:
        'Pages that may show the widget, such as https://shop.example; https://*.shop.example is every sub-domain.',
      maxItems: 100,
    }),
  ),
  identitySecret: Type.Optional(
    Type.String({
      title: 'Identity secret',
      description: 'Your server signs with it who is signed in on your pages.',
      secret: true,
      minLength: 16,
      maxLength: 255,
    }),
  ),
  enforce: Type.Boolean({
    title: 'Signed-in people only',
    description: 'Only people whom your server vouches for may chat.',
    default: false,
  }),
  colour: Type.String({
    title: 'Colour of the brand',
    description: 'Of the button and of the head of the conversation.',
    default: '#1f6feb',
    pattern: '^#[0-9a-fA-F]{6}$',
  }),
  side: Type.Enum(['start', 'end'], {
    title: 'Side of the page',
    description: 'Where the button stands, in the direction of writing.',
    default: 'end',
  }),
  theme: Type.Enum(['auto', 'light', 'dark'], {
    title: 'Light or dark',
    description: 'As the visitor’s system has it, or always the one.',
    default: 'auto',
  }),
  sound: Type.Boolean({
    title: 'Sound',
    description: 'Whether a sound is on at first; visitors switch it themselves.',
    default: false,
  }),
  languages: Type.Array(Type.String({ pattern: language }), {
    title: 'Languages',
    description: 'Languages of the site, the first one for everybody else.',
    default: ['en'],
    minItems: 1,
    maxItems: 50,
  }),
  greeting: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 1000 }), {
      title: 'Greeting',
      description: 'What stands in an empty conversation, by language.',
    }),
  ),
  logoUrl: Type.Optional(
    Type.String({
      title: 'Picture',
      description: 'Address of a picture beside the name.',
      pattern: '^https://[^\\s]+$',
      maxLength: 2048,
    }),
  ),
  preChatName: asked('the name'),
  preChatEmail: asked('the e-mail address'),
  preChatPhone: asked('the phone number'),
  timeZone: Type.String({
    title: 'Time zone',
    description: 'In which the hours are meant, such as Asia/Riyadh.',
    default: 'UTC',
    maxLength: 64,
    pattern: '^[A-Za-z0-9_+/-]+$',
  }),
  hours: Type.Optional(
    Type.Array(
      Type.Object(
        {
          days: Type.Array(Type.Enum([...days]), { minItems: 1, maxItems: 7 }),
          from: Type.String({ pattern: clock }),
          to: Type.String({ pattern: `${clock.slice(0, -1)}|^24:00$` }),
        },
        { additionalProperties: false },
      ),
      {
        title: 'Business hours',
        description: 'When somebody answers: days, from, to. Always when empty.',
        maxItems: 50,
      },
    ),
  ),
  captureEmail: Type.Boolean({
    title: 'Ask for an e-mail address when nobody is there',
    description: 'Whether visitors may leave one outside of the hours, and while no agent is online.',
    default: true,
  }),
  consent: Type.Boolean({
    title: 'Ask before anything is stored',
    description: 'Whether a visitor agrees before the widget keeps anything in the browser.',
    default: false,
  }),
  messagesPerSecond: perSecond('Messages a second', 'Of one visitor, at most.', 5, 1000),
  framesPerSecond: perSecond(
    'Frames a second',
    'Of one visitor, at most; messages are among them.',
    20,
    1000,
  ),
  sockets: Type.Integer({
    title: 'Windows',
    description: 'Connections of one visitor at a time.',
    advanced: true,
    default: 3,
    minimum: 1,
    maximum: 100,
  }),
});

export type WebAccount = Static<typeof account>;
