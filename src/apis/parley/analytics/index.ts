import Type, { type TProperties, type TSchema } from 'typebox';
import { countedOf } from '../../../store/figure-reports.ts';
import { route } from '../route.ts';
import { maybe } from '../words.ts';
import { tableOf } from './csv.ts';
import { MessageMeasures, SessionMeasures, WebhookMeasures } from './measures.ts';
import { one, type ReportQuery, rangeQuery, rangesOf, reportQuery } from './query.ts';
import { aboutOf, aboutSchema, reportOf, reportSchema, type Source } from './report.ts';
import { messageSource, sessionSource, webhookSource } from './sources.ts';

/** One report: a route that answers it as JSON, or as a table. */
function report<M, P extends TProperties>(line: {
  name: string;
  summary: string;
  about: string;
  per: readonly string[];
  filters: P;
  measures: TSchema;
  id: string;
  /** How its table begins. */
  csv: string;
  source: Source<M>;
}) {
  return route({
    method: 'GET',
    path: `/analytics/${line.name}`,
    right: 'lead',
    summary: line.summary,
    about: line.about,
    query: reportQuery(line.per, line.filters),
    answer: reportSchema(line.id, line.measures),
    csv: line.csv,
    async run({ core, caller, businessId, query: asked, setup }) {
      const query = asked as unknown as ReportQuery;
      const filters = Object.fromEntries(
        Object.keys(line.filters).map((name) => [name, asked[name as never] as string | undefined]),
      );
      const counted = await countedOf(core.db, businessId);
      const read = await reportOf(core.db.reports, await setup(), counted, line.source, query, filters);
      if (query.format !== 'csv') return read as never;
      const { from, to } = read;
      const { by, compare, per, series } = query;
      // What was read is taken along: written down with what was asked, before the first line of it goes out.
      const asTable = { report: line.name, from, to, by, per, ...filters };
      await core.audit.exported(caller, 'analytics.exported', {
        ...asTable,
        ...(compare && { compare }),
        ...(series && { series }),
      });
      return tableOf(line.name, read as never);
    },
  });
}

const channel = one('Only of this channel.');

const Overview = Type.Object(
  {
    ...aboutSchema,
    messages: MessageMeasures,
    sessions: SessionMeasures,
    webhooks: WebhookMeasures,
    before: maybe(
      Type.Object(
        {
          from: aboutSchema.from,
          to: aboutSchema.to,
          messages: MessageMeasures,
          sessions: SessionMeasures,
          webhooks: WebhookMeasures,
        },
        { description: 'The period before.' },
      ),
    ),
  },
  { $id: 'AnalyticsOverview' },
);

const overview = route({
  method: 'GET',
  path: '/analytics/overview',
  right: 'lead',
  summary: 'Everything in a glance: the totals of all reports',
  query: Type.Object(rangeQuery),
  answer: Overview,
  async run({ core: { db }, businessId, query }) {
    const counted = await countedOf(db, businessId);
    const { range, before } = rangesOf(businessId, counted, query);
    const of = async (days: typeof range) => {
      const [messages, sessions, webhooks] = await Promise.all(
        [messageSource, sessionSource, webhookSource].map((source) => source.byPeriod(db, days, {})),
      );
      return {
        from: days.from,
        to: days.to,
        messages: messageSource.measures(messages!),
        sessions: sessionSource.measures(sessions!),
        webhooks: webhookSource.measures(webhooks!),
      };
    };
    const [now, then] = await Promise.all([of(range), before && of(before)]);
    return { ...now, ...aboutOf(counted), ...(then && { before: then }) };
  },
});

/** Reports of what happened, out of figures that are kept as it happens. */
export const analytics = [
  overview,
  report({
    name: 'messages',
    summary: 'Messages in and out, and what became of them',
    about:
      'A message counts in the period in which it came to us, also for what became of it later: so the last days change until receipts have come in. A message that is deleted stays counted. `sent`, `delivered` and `read` say how far messages came; one that failed after it was sent counts as failed alone.',
    per: ['channel', 'direction', 'template', 'error'],
    filters: {
      channel,
      direction: one('Only `I`, in, or `O`, out.'),
      template: one('Only of this template, by its code; empty: of none.'),
      error: one('Only what failed with this code.'),
    },
    measures: MessageMeasures,
    id: 'MessageReport',
    csv: 'at,received,accepted,sent,delivered,read,failed,waiting\r\n',
    source: messageSource,
  }),
  report({
    name: 'sessions',
    summary: 'Sessions, and how long people waited for an answer and for the end',
    about:
      'Each thing counts when it was done. `firstAnswer`: from what the person wrote first, or wrote first after the session was resolved, to the first message after it, whoever sent it; `firstAgentAnswer`: to the first one of an agent; both count when the answer was given. `resolution`: from the same moment to when the session was resolved. Agents: who got the session, wrote, or resolved it.',
    per: ['channel', 'queue', 'team', 'agent'],
    filters: {
      channel,
      queue: one('Only of this queue, by its code.'),
      team: one('Only of this team, by its code; empty: of none.'),
      agent: one('Only of this agent, by the code; empty: of nobody.'),
    },
    measures: SessionMeasures,
    id: 'SessionReport',
    csv: 'agent,name,opened,started,queued,assigned,written,resolved,reopened,closed,firstAnswer.count,firstAnswer.averageMs\r\n',
    source: sessionSource,
  }),
  report({
    name: 'webhooks',
    summary: 'Calls of webhooks: how many, how many were refused, how long they took',
    about: 'A call counts when it was answered. `answer` is the HTTP status, 0 where nothing was answered.',
    per: ['endpoint', 'answer'],
    filters: {
      endpoint: one('Only of this endpoint, by its id.'),
      answer: one('Only what was answered with this status.'),
    },
    measures: WebhookMeasures,
    id: 'WebhookReport',
    csv: 'endpoint,name,calls,delivered,refused,givenUp,time.count,time.averageMs\r\n',
    source: webhookSource,
  }),
];
