import type { Agent, CustomField, Tag } from '../model/setup.ts';
import { type Queryable, statement } from './database.ts';

const putAgentStatement = statement(
  'agent.put',
  `insert into agent (business_id, code, name, display_name, email, role, status, active, image_url, lang,
     platform_type, platform_id, teams, skills, queues)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
   on conflict (business_id, code) do update set name = excluded.name, display_name = excluded.display_name,
     email = excluded.email, role = excluded.role, status = excluded.status, active = excluded.active,
     image_url = excluded.image_url, lang = excluded.lang, platform_type = excluded.platform_type,
     platform_id = excluded.platform_id, teams = excluded.teams, skills = excluded.skills, queues = excluded.queues
   returning no`,
);

/** Writes an agent, and answers its number: a new one gets the next. */
export async function putAgent(tx: Queryable, businessId: number, agent: Omit<Agent, 'no'>): Promise<number> {
  const [row] = await tx.run<{ no: number }>(putAgentStatement, [
    businessId,
    agent.code,
    agent.name,
    agent.displayName ?? null,
    agent.email ?? null,
    agent.role,
    agent.status,
    agent.active,
    agent.imageUrl ?? null,
    agent.lang ?? null,
    agent.platformType,
    agent.platformId,
    agent.teams,
    agent.skills,
    agent.queues,
  ]);
  return row!.no;
}

const insertTagStatement = statement(
  'tag.insert',
  `insert into tag (business_id, name, colour, description, created_by) values ($1, $2, $3, $4, $5)
   returning id, created_at as "createdAt", updated_at as "updatedAt"`,
);

/** Makes a tag: answers its id, and since when it is there (epoch ms). */
export async function insertTag(
  tx: Queryable,
  businessId: number,
  { name, colour, description, createdBy }: Omit<Tag, 'id' | 'createdAt' | 'updatedAt'>,
): Promise<Pick<Tag, 'id' | 'createdAt' | 'updatedAt'>> {
  const [row] = await tx.run<Pick<Tag, 'id' | 'createdAt' | 'updatedAt'>>(insertTagStatement, [
    businessId,
    name,
    colour ?? null,
    description ?? null,
    createdBy ?? null,
  ]);
  return row!;
}

const updateTagStatement = statement(
  'tag.update',
  `update tag set name = $3, colour = $4, description = $5, updated_at = now() where business_id = $1 and id = $2
   returning updated_at as "updatedAt"`,
);

/** Writes a tag that is there, and answers when that was (epoch ms). */
export async function updateTag(tx: Queryable, businessId: number, tag: Tag): Promise<number> {
  const [row] = await tx.run<{ updatedAt: number }>(updateTagStatement, [
    businessId,
    tag.id,
    tag.name,
    tag.colour ?? null,
    tag.description ?? null,
  ]);
  return row!.updatedAt;
}

const insertFieldStatement = statement(
  'customField.insert',
  'insert into custom_field (business_id, key, name, type) values ($1, $2, $3, $4) returning id',
);

/** Makes a custom field, and answers its id. */
export async function insertCustomField(
  tx: Queryable,
  businessId: number,
  { key, name, type }: Omit<CustomField, 'id'>,
): Promise<number> {
  const [row] = await tx.run<{ id: number }>(insertFieldStatement, [businessId, key, name, type]);
  return row!.id;
}

const updateFieldStatement = statement(
  'customField.update',
  'update custom_field set key = $3, name = $4, type = $5 where business_id = $1 and id = $2',
);

/** Writes a custom field that is there. */
export async function updateCustomField(
  tx: Queryable,
  businessId: number,
  { id, key, name, type }: CustomField,
): Promise<void> {
  await tx.run(updateFieldStatement, [businessId, id, key, name, type]);
}
