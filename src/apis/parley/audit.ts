import Type, { type Static } from 'typebox';
import { auditKinds, auditVerbs, type FieldChange, type WhoKind, whoKinds } from '../../model/audit.ts';
import { isId } from '../../model/ids.ts';
import { invalid } from '../../model/problem.ts';
import type { AuditWanted } from '../../pipeline/audit-log.ts';
import { one, type AuditLine as Stored } from '../../store/audit.ts';
import { type Cell, CsvFile } from '../csv.ts';
import { pageOf, pageQuery, pageRead } from './page.ts';
import { type Ask, route } from './route.ts';
import { idParams, known, maybe, ms, oneOf } from './words.ts';

const text = (description: string, ...examples: string[]) =>
  Type.String({ description, ...(examples.length > 0 && { examples }) });

const AuditLine = Type.Object(
  {
    id: text('Its id: a later line has a greater one.'),
    at: ms('When.'),
    who: Type.Object(
      {
        kind: oneOf(
          whoKinds,
          '`accessToken`: one that a key opened for an agent; `system`: Parley itself; `nobody`: who tried to sign in, and could not.',
        ),
        id: maybe(text('Code of the agent; id of the key or the access token.', 'ann')),
        name: maybe(text('Its name at that time.', 'Ann')),
        agent: maybe(text('Code of the agent whose sign-in or access token it was.', 'ann')),
      },
      { description: 'Who did it.' },
    ),
    address: maybe(text('Address that it came from.', '203.0.113.7')),
    requestId: maybe(text('Id of the request: `x-request-id` of its answer.')),
    what: oneOf(auditVerbs, 'What was done.'),
    on: Type.Object(
      {
        kind: oneOf(auditKinds, 'What kind of thing it is.'),
        id: maybe(text('As this API names it.', 'support')),
        name: maybe(text('Its name at that time.', 'Support')),
      },
      { description: 'What it was done to.' },
    ),
    changes: Type.Array(
      Type.Object({
        field: text('Which one, with dots: `settings.lang`.', 'name'),
        before: maybe(
          Type.Unknown({ description: 'As it was; absent: it was not there.', examples: ['Box'] }),
        ),
        after: maybe(Type.Unknown({ description: 'As it is; absent: it is gone.', examples: ['Sandbox'] })),
        secret: maybe(
          oneOf(['set', 'replaced', 'removed'], 'It is a secret: only what was done with it is told.'),
        ),
      }),
      { description: 'Field by field. Values of more than 1,000 characters are cut.' },
    ),
    omitted: maybe(Type.Integer({ description: 'So many fields more had changed.' })),
  },
  { $id: 'AuditLine' },
);

const filters = {
  who: maybe(
    text(
      'Only what these did: `agent`, `key`, `accessToken`, `installationKey`, `system` or `nobody`; or one of them: `agent:ann` (with what access tokens of hers did), `key:<id>`.',
      'agent:ann',
    ),
  ),
  what: maybe(oneOf(auditVerbs, 'Only this.')),
  kind: maybe(oneOf(auditKinds, 'Only what was done to things of this kind.')),
  id: maybe(Type.String({ maxLength: 500, description: 'Only what was done to the thing of this id.' })),
  from: maybe(ms('From then on.')),
  to: maybe(ms('Before then.')),
  q: maybe(Type.String({ maxLength: 200, description: 'Only lines with these words, anywhere in them.' })),
};

const AuditQuery = Type.Object({
  ...pageQuery,
  ...filters,
  format: Type.Unsafe<'json' | 'csv'>({
    type: 'string',
    enum: ['json', 'csv'],
    default: 'json',
    description: '`csv`: all lines that are wanted, as a table; `limit` and `after` are not looked at.',
  }),
});
type Query = Static<typeof AuditQuery>;

/** Lines read at once for a table. */
const many = 500;

export const audit = [
  route({
    method: 'GET',
    path: '/audit',
    right: 'setup',
    summary: 'Who did what, newest first',
    about:
      'Every change of what is set up, on whichever surface; keys and access tokens; sign-ins and those that failed; passwords and codes; deleted messages; exports. Lines are never changed, and kept for `AUDIT_DAYS`. As a table (`format=csv`) it is an export, which is written down as well.',
    query: AuditQuery,
    answer: pageOf(AuditLine),
    csv: 'at,who,who id,who name,address,what,kind,id,name,changes,request id\r\n',
    async run(ask) {
      const { core, businessId, query } = ask;
      const wanted = wantedOf(ask);
      if (query.format === 'csv') return exported(ask, wanted);
      const lines = await core.audit.read(businessId, wanted, query);
      return pageRead(lines.map(told), ({ id }) => id, query.limit);
    },
  }),
  route({
    method: 'GET',
    path: '/audit/:id',
    operation: 'getAuditLine',
    right: 'setup',
    summary: 'One line of the audit log',
    params: idParams,
    answer: AuditLine,
    async run({ core, businessId, params: { id } }) {
      return told(known(isId(id) ? await one(core.db, businessId, id) : undefined, 'audit line'));
    },
  }),
];

function told({ omitted, ...line }: Stored): Static<typeof AuditLine> {
  return { ...line, ...(omitted > 0 && { omitted }) } as Static<typeof AuditLine>;
}

function wantedOf({ core, query }: Pick<Ask<unknown, Query, unknown>, 'core' | 'query'>): AuditWanted {
  const { who, what, kind, id, from, to, q } = query;
  return {
    ...(who !== undefined && whoOf(who)),
    ...{ what, kind, targetId: id, from, to },
    words: q?.trim() ? core.search.wordsIn(q) : undefined,
  };
}

/** `agent:ann` is whatever that agent did, by a sign-in or by an access token. */
function whoOf(who: string): AuditWanted {
  const at = who.indexOf(':');
  const kind = (at < 0 ? who : who.slice(0, at)) as WhoKind;
  if (!whoKinds.includes(kind))
    throw invalid('who', `who must be one of ${whoKinds.join(', ')}, or one of them and an id: agent:ann`, {
      value: who,
      possibleValues: whoKinds,
    });
  if (at < 0) return { whoKind: kind };
  const id = who.slice(at + 1);
  return kind === 'agent' ? { agent: id } : { whoKind: kind, whoId: id };
}

async function exported(ask: Ask<unknown, Query, unknown>, wanted: AuditWanted): Promise<CsvFile> {
  const { core, caller, businessId, query } = ask;
  const { limit: _, after: __, format: ___, ...asked } = query;
  await core.audit.exported(caller, 'audit.exported', asked);
  async function* rows(): AsyncIterable<Cell[]> {
    let after: string | undefined;
    do {
      const lines = await core.audit.read(businessId, wanted, { after, limit: many });
      for (const line of lines) yield rowOf(line);
      after = lines.length < many ? undefined : lines.at(-1)!.id;
    } while (after !== undefined);
  }
  const head = ['at', 'who', 'who id', 'who name', 'address', 'what', 'kind', 'id', 'name', 'changes'];
  return new CsvFile('audit', [...head, 'request id'], rows());
}

function rowOf({ at, who, address, what, on, changes, requestId }: Stored): Cell[] {
  return [
    new Date(at).toISOString(),
    who.kind,
    who.agent ?? who.id,
    who.name,
    address,
    what,
    on.kind,
    on.id,
    on.name,
    changes.map(changeTold).join('\n'),
    requestId,
  ];
}

function changeTold({ field, before, after, secret }: FieldChange): string {
  const value = (one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one));
  if (secret !== undefined) return `${field}: (${secret})`;
  if (before === undefined) return `${field}: ${value(after)}`;
  return `${field}: ${value(before)} → ${after === undefined ? '∅' : value(after)}`;
}
