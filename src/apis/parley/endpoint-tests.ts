import Type from 'typebox';
import { eventTypes } from '../../model/event.ts';
import type { SampleCall, SampleTold } from '../../pipeline/endpoint-tests.ts';
import { endpointOf } from './endpoints.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, flag, idParams, maybe, oneOf } from './words.ts';

const type = oneOf(eventTypes, 'A type of events.');
const sampleName = Type.String({
  description: 'Name of a sample of this type: see `GET /surfaces`.',
  examples: ['text'],
});

const wordsOf = Type.String({
  description:
    'In the words of this surface, and signed as it signs, instead of those of the endpoint’s own.',
  examples: ['xms'],
});
/** Which sample, in whose words. */
const wanted = { type: maybe(type), sample: maybe(sampleName), surface: maybe(wordsOf) };

const SurfaceTold = Type.Object(
  {
    name: Type.String({
      description: 'What endpoints call it, in `surface`.',
      examples: ['parley'],
    }),
    types: Type.Array(
      Type.Object({
        type,
        samples: Type.Array(sampleName, {
          description: 'Samples that it has words for, the most usual first.',
        }),
      }),
      { description: 'What it tells at all.' },
    ),
    topics: maybe(
      Type.Array(
        Type.Object({
          topic: Type.String({
            description: 'What endpoints call it, in `topic`.',
            examples: ['incoming_msg'],
          }),
          types: Type.Array(type, { description: 'What is behind it; none: nothing is told of it yet.' }),
        }),
        { description: 'Only where each endpoint hears one event: which ones there are.' },
      ),
    ),
  },
  { $id: 'Surface' },
);

const headers = (description: string) =>
  Type.Record(Type.String(), Type.String(), { description, examples: [{ 'webhook-test': '1' }] });

const sample = {
  type,
  sample: sampleName,
  subscribed: flag('The endpoint hears such events.'),
  request: Type.Object(
    {
      method: Type.String({ description: 'POST, always.', examples: ['POST'] }),
      url: Type.String({ description: 'Where it is told.' }),
      headers: headers('With stars where a secret is sent as it is.'),
      body: Type.Unknown({ description: 'What is told, in the words of its surface.', examples: [{}] }),
    },
    { description: 'The call.' },
  ),
};
const Sample = Type.Object(sample, { $id: 'EndpointSample' });

const took = Type.Integer({ description: 'How long it took, in milliseconds.', examples: [38] });
const Tested = Type.Object(
  {
    ...sample,
    answer: maybe(
      Type.Object(
        {
          status: Type.Integer({ description: 'HTTP status.', examples: [200] }),
          headers: headers('Those of the answer.'),
          body: Type.String({ description: 'How it begins: up to 16 KiB.', examples: ['ok'] }),
          cut: flag('There is more of it.'),
          ms: took,
        },
        { description: 'What was answered; absent: nothing was.' },
      ),
    ),
    failure: maybe(
      Type.Object(
        {
          stage: oneOf(
            ['invalid', 'blocked', 'dns', 'connect', 'tls', 'timeout', 'reset'],
            'How far the call came.',
          ),
          text: Type.String({
            description: 'Why nothing was answered, in plain words.',
            examples: ['the connection was refused'],
          }),
          ms: took,
        },
        { description: 'Why nothing was answered.' },
      ),
    ),
    verdict: Type.Object(
      {
        kind: oneOf(
          ['delivered', 'retry', 'failed', 'gone'],
          '`retry`: it would be tried again; `gone`: the endpoint would be disabled.',
        ),
        inMs: maybe(Type.Integer({ description: 'After about how many milliseconds.', examples: [5000] })),
      },
      { description: 'What would have followed, had it been an event.' },
    ),
  },
  { $id: 'EndpointTested' },
);

const sampleTold = ({ type, name, isHeard, request }: SampleCall) => ({
  type,
  sample: name,
  subscribed: isHeard,
  request: { method: 'POST', ...request },
});

function testTold({ answer, failure, verdict, ...call }: SampleTold) {
  const told = sampleTold(call);
  if (!answer) return { ...told, ...(failure && { failure }), verdict };
  const { status, headers, text: body, cut, ms } = answer;
  return { ...told, answer: { status, headers, body, cut, ms }, verdict };
}

export const surfaceList = [
  route({
    method: 'GET',
    path: '/surfaces',
    right: 'setup',
    summary: 'What webhook endpoints can be told, by surface',
    query: PageQuery,
    answer: pageOf(SurfaceTold),
    run: async ({ core, businessId, query }) =>
      pageFrom(await core.endpointTests.surfaces(businessId), ({ name }) => name, query),
  }),
];

export const endpointTests = [
  route({
    method: 'GET',
    path: '/endpoints/:id/sample',
    right: 'setup',
    summary: 'See what a webhook endpoint would be told of an event',
    about:
      'A sample of the event in the words of the endpoint’s surface, or of another, as it would go out. Nothing is sent.',
    params: idParams,
    query: Type.Object(wanted),
    answer: Sample,
    async run({ core, businessId, params, query: { type, sample: name, surface }, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      return sampleTold(await core.endpointTests.sample(businessId, id, { type, name, surface }));
    },
  }),
  route({
    method: 'POST',
    path: '/endpoints/:id/test',
    right: 'setup',
    summary: 'Send a webhook endpoint a sample of an event',
    about:
      'Signed as any call, with the header `webhook-test: 1`; every id in it that is made up begins with `sample-`, numbers ' +
      'are 999999999, and `seq` is 0. It is sent once, whether the endpoint hears such events, is in use, or neither, and ' +
      'counts for nothing: it is in no log of deliveries. Answers when the endpoint has answered, or has not in time. At ' +
      'most 60 a minute, and 4 at the same time.',
    params: idParams,
    body: change(wanted),
    answer: Tested,
    async run({ core, caller, params, body: { type, sample: name, surface }, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      return testTold(await core.endpointTests.send(caller, id, { type, name, surface }));
    },
  }),
];
