import { type Queryable, statement } from './database.ts';

const openSessions = (column: string) =>
  `select 1 from session where business_id = $1 and closed_at is null and ${column} = $2 limit 1`;

const uses = {
  queue: statement('use.queue', openSessions('queue_code')),
  agent: statement('use.agent', openSessions('agent_code')),
  team: statement('use.team', openSessions('team_code')),
  channel: statement('use.channel', openSessions('channel_id')),
  app: statement(
    'use.app',
    'select 1 from api_key where business_id = $1 and app_id = $2 and revoked_at is null limit 1',
  ),
};

/** True while an open session is at this queue, agent, team or channel, or a key in force names this app. */
export async function inUse(
  tx: Queryable,
  businessId: number,
  noun: keyof typeof uses,
  key: string,
): Promise<boolean> {
  return (await tx.run(uses[noun], [businessId, key])).length > 0;
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
