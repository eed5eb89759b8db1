import type {
  Agent,
  App,
  Business,
  ChannelSetup,
  CustomField,
  Endpoint,
  Queue,
  Setup,
  Tag,
  Team,
  Template,
  Var,
} from '../model/setup.ts';
import { type Queryable, statement } from './database.ts';
import { msOf, withoutNulls } from './row.ts';

/** Everything that is set up in a business, and its sealed secrets beside it. */
export interface LoadedSetup {
  setup: Setup;
  /** Sealed secrets by channel id and by endpoint id. Only the pipeline opens them. */
  sealed: { channels: Map<string, Buffer>; endpoints: Map<string, Buffer> };
}

const list = (columns: string, table: string, order: string) =>
  `(select coalesce(jsonb_agg(jsonb_build_object(${columns}) order by ${order}), '[]') from ${table} where business_id = $1)`;

const loadStatement = statement(
  'setup.load',
  `select b.id, b.uuid, b.domain, b.name, b.settings, b.created_at as "createdAt",
     ${list(`'id', id, 'code', code, 'name', name, 'mode', mode, 'type', type, 'contactInfoUrl', contact_info_url, 'props', props`, 'app', 'code')} as apps,
     ${list(`'code', code, 'name', name, 'type', type, 'appId', app_id, 'isDefault', is_default`, 'queue', 'code')} as queues,
     ${list(`'code', code, 'name', name`, 'team', 'code')} as teams,
     ${list(
       // The release before knows no status and no platform id, and may still write.
       `'code', code, 'no', no, 'name', name, 'displayName', display_name, 'email', email, 'role', role,
        'status', case when not active then 'inactive' when status = 'inactive' then 'active' else status end,
        'active', active, 'imageUrl', image_url, 'lang', lang, 'platformType', platform_type,
        'platformId', coalesce(platform_id, code), 'teams', teams, 'skills', skills, 'queues', queues`,
       'agent',
       'code',
     )} as agents,
     ${list(
       `'id', id, 'name', name, 'colour', colour, 'description', description, 'createdBy', created_by,
        'createdAt', ${msOf('created_at')}, 'updatedAt', ${msOf('updated_at')}`,
       'tag',
       'id',
     )} as tags,
     ${list(`'id', id, 'key', key, 'name', name, 'type', type`, 'custom_field', 'id')} as "customFields",
     ${list(
       `'id', id, 'type', type, 'contactType', contact_type, 'lane', lane, 'name', name, 'accountId', account_id,
        'sandbox', sandbox, 'enabled', enabled, 'queue', queue_code, 'settings', settings, 'attention', attention,
        'pausedUntil', ${msOf('paused_until')}, 'sealed', encode(secrets, 'base64')`,
       'channel',
       'id',
     )} as channels,
     ${list(`'id', id, 'code', code, 'lang', lang, 'doc', doc, 'approvals', approvals, 'createdAt', ${msOf('created_at')}`, 'template', 'code, lang')} as templates,
     ${list(`'id', id, 'key', key, 'channelId', channel_id, 'doc', doc`, 'var', 'key, channel_id nulls first')} as vars,
     ${list(
       `'id', id, 'surface', surface, 'appId', app_id, 'url', url, 'types', to_jsonb(types), 'topic', topic,
        'name', name, 'description', description, 'policy', policy, 'policyWord', policy_word, 'enabled', enabled, 'createdAt', ${msOf('created_at')}, 'updatedAt', ${msOf('updated_at')},
        'disabledAt', ${msOf('disabled_at')}, 'disabledReason', disabled_reason, 'sealed', encode(secrets, 'base64')`,
       'endpoint',
       'id',
     )} as endpoints
   from business b where b.id = $1`,
);

type Sealed = { sealed?: string };
interface Row extends Business {
  apps: App[];
  queues: Queue[];
  teams: Team[];
  agents: Agent[];
  tags: Tag[];
  customFields: CustomField[];
  channels: (ChannelSetup & Sealed)[];
  templates: (Pick<Template, 'id' | 'code' | 'lang' | 'approvals' | 'createdAt'> & { doc: TemplateDoc })[];
  vars: (Pick<Var, 'id' | 'key' | 'channelId'> & { doc: VarDoc })[];
  endpoints: (Endpoint & Sealed)[];
}

/** What a template row keeps as one document. */
export type TemplateDoc = Omit<Template, 'id' | 'code' | 'lang' | 'approvals' | 'createdAt'>;
/** What a variable row keeps as one document. */
export type VarDoc = Omit<Var, 'id' | 'key' | 'channelId'>;

/** Everything that is set up in one business, in one round trip; undefined when there is no such business. */
export async function load(db: Queryable, businessId: number): Promise<LoadedSetup | undefined> {
  const [row] = await db.run<Row & Record<string, unknown>>(loadStatement, [businessId]);
  if (!row) return undefined;
  const { id, uuid, domain, name, settings, createdAt } = row;
  const setup: Setup = {
    business: { id, uuid, domain, name, settings, createdAt },
    apps: by('id', row.apps),
    queues: by('code', row.queues),
    teams: by('code', row.teams),
    agents: by('code', row.agents),
    tags: by('id', row.tags),
    customFields: by('id', row.customFields),
    channels: by('id', row.channels.map(withoutSealed)),
    templates: row.templates.map(({ doc, ...rest }) => ({ ...doc, ...rest })),
    vars: row.vars.map(({ doc, ...rest }) => ({ ...doc, ...withoutNulls<typeof rest>(rest) })),
    endpoints: by('id', row.endpoints.map(withoutSealed)),
  };
  return { setup, sealed: { channels: sealedOf(row.channels), endpoints: sealedOf(row.endpoints) } };
}

function by<K extends string, T extends Record<K, string | number>>(key: K, rows: T[]): Map<T[K], T> {
  return new Map(rows.map((row) => [row[key], withoutNulls<typeof row>(row)]));
}

function withoutSealed<T extends Sealed>({ sealed: _, ...rest }: T): Omit<T, 'sealed'> {
  return rest;
}

function sealedOf(rows: ({ id: string } & Sealed)[]): Map<string, Buffer> {
  return new Map(rows.flatMap(({ id, sealed }) => (sealed ? [[id, Buffer.from(sealed, 'base64')]] : [])));
}

/** What a change that is announced can be about. */
export type ChangedNoun = 'setup' | 'keys';

const lockStatement = statement('setup.lock', 'select id from business where id = $1 for no key update');

/** Holds the setup of a business until the transaction ends: changes of it come one after the other. */
export async function lock(tx: Queryable, businessId: number): Promise<boolean> {
  return (await tx.run(lockStatement, [businessId])).length > 0;
}

const businessColumns = 'id, uuid, domain, name, settings, created_at as "createdAt"';
const businessesStatement = statement(
  'setup.businesses',
  `select ${businessColumns} from business where id > $1 order by id limit $2`,
);

/** All businesses of the installation, in the order in which they were made. */
export async function businesses(
  db: Queryable,
  page: { after?: number | undefined; limit: number },
): Promise<Business[]> {
  return db.run<Business & Record<string, unknown>>(businessesStatement, [page.after ?? 0, page.limit]);
}

const byDomainStatement = statement(
  'setup.businessByDomain',
  `select ${businessColumns} from business where domain = $1`,
);

/** The business that has this domain. */
export async function businessByDomain(db: Queryable, domain: string): Promise<Business | undefined> {
  const [row] = await db.run<Business & Record<string, unknown>>(byDomainStatement, [domain]);
  return row;
}

const installationStatement = statement(
  'setup.installation',
  'select uuid from business order by id limit 1',
);

/** What tells this installation from others: the same in each of its processes. There must be a business. */
export async function installationName(db: Queryable): Promise<string> {
  const [row] = await db.run<{ uuid: string }>(installationStatement, []);
  return row!.uuid;
}
