import type { AuditVerb, FieldChange, WhoKind } from '../model/audit.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** A line of the audit log to be written. */
export interface NewAuditLine {
  businessId: number;
  id: string;
  /** Epoch ms, the same as in the id. */
  at: number;
  who: AuditWho;
  address?: string | undefined;
  requestId?: string | undefined;
  what: AuditVerb;
  kind: string;
  targetId?: string | undefined;
  targetName?: string | undefined;
  changes: FieldChange[];
  omitted: number;
  /** Folded words to be found by, the mark of the business among them. */
  words: string[];
}

/** Who did something: an id and a name where there is one, and the agent behind it. */
export interface AuditWho {
  kind: WhoKind;
  id?: string | undefined;
  name?: string | undefined;
  agent?: string | undefined;
}

const appendStatement = statement(
  'audit.append',
  `insert into audit_line (business_id, id, at, who_kind, who_id, who_name, agent_code, address, request_id, verb, kind,
     target_id, target_name, changes, omitted, words)
   select v."businessId", v.id, to_timestamp(v.at / 1000.0), v.who->>'kind', v.who->>'id', v.who->>'name', v.who->>'agent',
     v.address, v."requestId", v.what, v.kind, v."targetId", v."targetName", v.changes, v.omitted,
     array_to_tsvector(array(select jsonb_array_elements_text(v.words)))
   from jsonb_to_recordset($1::jsonb) v ("businessId" int, id text, at bigint, who jsonb, address text, "requestId" text,
     what text, kind text, "targetId" text, "targetName" text, changes jsonb, omitted int, words jsonb)`,
);

/** Writes lines, which stay. */
export async function append(tx: Queryable, lines: NewAuditLine[]): Promise<void> {
  await tx.run(appendStatement, [JSON.stringify(lines)]);
}

const namesStatement = statement(
  'audit.names',
  `select (select name from agent where business_id = $1 and code = $2) as agent,
     (select name from api_key where business_id = $1 and id = $3) as key`,
);

/** What an agent and a key of a business are called; null where there is no such one. */
export async function namesOf(
  tx: Queryable,
  businessId: number,
  agentCode: string | undefined,
  keyId: string | undefined,
): Promise<{ agent: string | null; key: string | null }> {
  const [row] = await tx.run<{ agent: string | null; key: string | null }>(namesStatement, [
    businessId,
    agentCode ?? null,
    keyId ?? null,
  ]);
  return row!;
}

/** A line as it is read. */
export interface AuditLine {
  id: string;
  /** Epoch ms. */
  at: number;
  who: AuditWho;
  address?: string;
  requestId?: string;
  what: AuditVerb;
  on: { kind: string; id?: string; name?: string };
  changes: FieldChange[];
  omitted: number;
}

/** Which lines are wanted; what is absent is not looked at. */
export interface AuditFilter {
  whoKind?: string | undefined;
  whoId?: string | undefined;
  /** Code of the agent who did it, by a sign-in or by an access token. */
  agent?: string | undefined;
  what?: string | undefined;
  kind?: string | undefined;
  targetId?: string | undefined;
  /** The first id that is too old, and the first that is too new. */
  from?: string | undefined;
  before?: string | undefined;
}

const columns = `a.id, a.at, jsonb_build_object('kind', a.who_kind, 'id', a.who_id, 'name', a.who_name, 'agent', a.agent_code) as who,
  a.address, a.request_id as "requestId", a.verb as what,
  jsonb_build_object('kind', a.kind, 'id', a.target_id, 'name', a.target_name) as "on", a.changes, a.omitted`;
const wanted = `($2::text is null or a.who_kind = $2) and ($3::text is null or a.who_id = $3)
  and ($4::text is null or a.agent_code = $4) and ($5::text is null or a.verb = $5) and ($6::text is null or a.kind = $6)
  and ($7::text is null or a.target_id = $7) and a.id >= $8 and a.id < $9`;
const newest = 'order by a.id desc limit $10';
const from = `select ${columns} from audit_line a where a.business_id = $1`;

// A plan is made once for all values: each way to the rows is a statement of its own.
const listStatement = statement('audit.list', `${from} and ${wanted} ${newest}`);
const ofTargetStatement = statement(
  'audit.ofTarget',
  `${from} and a.kind = $6 and a.target_id = $7 and ${wanted} ${newest}`,
);
const ofAgentStatement = statement('audit.ofAgent', `${from} and a.agent_code = $4 and ${wanted} ${newest}`);
const foundStatement = statement(
  'audit.found',
  // The business stands among the words as well, as in every search: see search.messages.
  `with hits as materialized (
     select * from audit_line h where h.words @@ $11::tsquery and h.business_id + 0 = $1
   ) select ${columns} from hits a where ${wanted} ${newest}`,
);

/** A page of lines, newest first. */
export async function list(
  db: Queryable,
  businessId: number,
  filter: AuditFilter,
  limit: number,
): Promise<AuditLine[]> {
  const { kind, targetId, agent } = filter;
  const way =
    kind !== undefined && targetId !== undefined
      ? ofTargetStatement
      : agent !== undefined
        ? ofAgentStatement
        : listStatement;
  return (await db.run<Row>(way, valuesOf(businessId, filter, limit))).map(lineOf);
}

/** The same of lines with these words; inside a transaction that may use words (`useWords`). `query` is a tsquery. */
export async function find(
  tx: Queryable,
  businessId: number,
  query: string,
  filter: AuditFilter,
  limit: number,
): Promise<AuditLine[]> {
  const values = [...valuesOf(businessId, filter, limit), query];
  return (await tx.run<Row>(foundStatement, values)).map(lineOf);
}

const oneStatement = statement('audit.one', `${from} and a.id = $2`);

/** One line; undefined when there is no such one. */
export async function one(db: Queryable, businessId: number, id: string): Promise<AuditLine | undefined> {
  const [row] = await db.run<Row>(oneStatement, [businessId, id]);
  return row && lineOf(row);
}

const forgetStatement = statement(
  'audit.forgetOld',
  `delete from audit_line a using (
     select business_id, id from audit_line where at < now() - $1::float * interval '1 day' order by at limit 1000
   ) old where a.business_id = old.business_id and a.id = old.id returning 1`,
);

/** Forgets up to 1000 lines that are older than `days`; answers how many. */
export async function forgetOld(db: Queryable, days: number): Promise<number> {
  return (await db.run(forgetStatement, [days])).length;
}

type Row = { [K in keyof AuditLine]: AuditLine[K] | null };

function valuesOf(businessId: number, filter: AuditFilter, limit: number): unknown[] {
  const { whoKind, whoId, agent, what, kind, targetId, from = '', before = 'g' } = filter;
  const ids = [whoKind, whoId, agent, what, kind, targetId].map((value) => value ?? null);
  return [businessId, ...ids, from, before, limit];
}

function lineOf(row: Row): AuditLine {
  const known = {
    ...row,
    who: withoutNulls<AuditWho>(row.who!),
    on: withoutNulls<NonNullable<Row['on']>>(row.on!),
  };
  return withoutNulls<AuditLine>(known);
}
