import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** A text that agents answer with. */
export interface CannedAnswer {
  code: string;
  title: string;
  text: string;
  lang?: string;
  team?: string;
  media?: { id: string; filename?: string }[];
}

const columns = 'owner, code, title, text, lang, team_code as team, media';
const listStatement = statement(
  'cannedAnswers.list',
  `select ${columns} from canned_answer where business_id = $1 and owner in ('', $2) order by code, owner limit 2000`,
);

/** The answers of the business, and those of an agent; `owner` is empty for the former. */
export async function list(
  db: Queryable,
  businessId: number,
  agent: string,
): Promise<(CannedAnswer & { owner: string })[]> {
  return (
    await db.run<CannedAnswer & { owner: string } & Record<string, unknown>>(listStatement, [
      businessId,
      agent,
    ])
  ).map((row) => withoutNulls<typeof row>(row));
}

const findStatement = statement(
  'cannedAnswers.find',
  `select code, title, text, lang, team_code as team, media from canned_answer
   where business_id = $1 and owner = $2 and code = $3`,
);

/** One answer; `owner` is empty for one of the business. */
export async function find(
  db: Queryable,
  businessId: number,
  owner: string,
  code: string,
): Promise<CannedAnswer | undefined> {
  const [row] = await db.run<CannedAnswer & Record<string, unknown>>(findStatement, [
    businessId,
    owner,
    code,
  ]);
  return row && withoutNulls<CannedAnswer>(row);
}

const putStatement = statement(
  'cannedAnswers.put',
  `insert into canned_answer as a (business_id, owner, code, title, text, lang, team_code, media)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (business_id, owner, code) do update set title = excluded.title, text = excluded.text,
     lang = excluded.lang, team_code = excluded.team_code, media = excluded.media, updated_at = now()`,
);

/** Keeps an answer. */
export async function put(
  tx: Queryable,
  businessId: number,
  owner: string,
  one: CannedAnswer,
): Promise<void> {
  const { code, title, text, lang, team, media } = one;
  const files = media === undefined ? null : JSON.stringify(media);
  await tx.run(putStatement, [businessId, owner, code, title, text, lang ?? null, team ?? null, files]);
}

const dropStatement = statement(
  'cannedAnswers.drop',
  `delete from canned_answer where business_id = $1 and owner = $2 and code = $3
   returning code, title, text, lang, team_code as team, media`,
);

/** Takes an answer away; answers what it was, undefined where there was no such one. */
export async function drop(
  tx: Queryable,
  businessId: number,
  owner: string,
  code: string,
): Promise<CannedAnswer | undefined> {
  const [row] = await tx.run<CannedAnswer & Record<string, unknown>>(dropStatement, [
    businessId,
    owner,
    code,
  ]);
  return row && withoutNulls<CannedAnswer>(row);
}
