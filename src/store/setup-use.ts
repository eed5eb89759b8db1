import { type Queryable, statement } from './database.ts';

/** Up to so many are counted: whether it is more is of no use to anybody. */
export const mostCounted = 100;

const countOf = (rows: string) => `select count(*)::int as count from (${rows} limit ${mostCounted}) counted`;
const openSessions = (column: string) =>
  countOf(`select 1 from session where business_id = $1 and closed_at is null and ${column} = $2`);

const uses = {
  queue: statement('use.queue', openSessions('queue_code')),
  agent: statement('use.agent', openSessions('agent_code')),
  team: statement('use.team', openSessions('team_code')),
  channel: statement('use.channel', openSessions('channel_id')),
  app: statement(
    'use.app',
    countOf('select 1 from api_key where business_id = $1 and app_id = $2 and revoked_at is null'),
  ),
};

/** How many open sessions are at this queue, agent, team or channel, or keys in force name this app. */
export async function countUses(
  tx: Queryable,
  businessId: number,
  noun: keyof typeof uses,
  key: string,
): Promise<number> {
  const [row] = await tx.run<{ count: number }>(uses[noun], [businessId, key]);
  return row?.count ?? 0;
}

const removals = {
  app: statement(
    'remove.app',
    `with keys as (delete from api_key where business_id = $1 and app_id = $2)
     delete from app where business_id = $1 and id = $2`,
  ),
  queue: statement('remove.queue', 'delete from queue where business_id = $1 and code = $2'),
  team: statement('remove.team', 'delete from team where business_id = $1 and code = $2'),
  agent: statement('remove.agent', 'delete from agent where business_id = $1 and code = $2'),
  channel: statement('remove.channel', 'delete from channel where business_id = $1 and id = $2'),
  template: statement('remove.template', 'delete from template where business_id = $1 and id = $2'),
  customField: statement(
    'remove.customField',
    'delete from custom_field where business_id = $1 and id = $2::int',
  ),
  var: statement('remove.var', 'delete from var where business_id = $1 and id = $2'),
};

/** Takes one thing out of the setup. An app's revoked keys go with it. */
export async function remove(
  tx: Queryable,
  businessId: number,
  noun: keyof typeof removals,
  key: string,
): Promise<void> {
  await tx.run(removals[noun], [businessId, key]);
}

const disownStatement = statement(
  'contacts.disown',
  `with held as materialized (
     select business_id, id from contact where business_id = $1 and owner_code = $2 order by id for update
   )
   update contact c set owner_code = null from held h where c.business_id = h.business_id and c.id = h.id`,
);

const dropAnswersStatement = statement(
  'cannedAnswers.dropOwn',
  'delete from canned_answer where business_id = $1 and owner = $2',
);

/**
 * Takes an agent away, with the canned answers of their own; the contacts that were theirs have no owner then. In two statements: who assigns a
 * contact at this moment holds the agent, and the second one sees what they wrote. Contacts are held in the
 * order of their ids, as everybody holds them.
 */
export async function removeAgent(tx: Queryable, businessId: number, code: string): Promise<void> {
  await remove(tx, businessId, 'agent', code);
  // Who gets the same code one day is somebody else.
  await tx.run(dropAnswersStatement, [businessId, code]);
  await tx.run(disownStatement, [businessId, code]);
}

const removeTagStatement = statement('remove.tag', 'delete from tag where business_id = $1 and id = $2');
const untagStatement = statement(
  'contacts.untag',
  `with held as materialized (
     select business_id, id from contact where business_id = $1 and tags <> '{}' and $2 = any(tags)
     order by id for update
   )
   update contact c set tags = array_remove(c.tags, $2) from held h
   where c.business_id = h.business_id and c.id = h.id`,
);

/** Takes a tag away, and off the contacts that have it: in two statements, for the same reason. */
export async function removeTag(tx: Queryable, businessId: number, id: number): Promise<void> {
  await tx.run(removeTagStatement, [businessId, id]);
  await tx.run(untagStatement, [businessId, id]);
}
