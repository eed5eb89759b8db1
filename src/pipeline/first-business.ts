import { randomBytes } from 'node:crypto';
import * as passwords from '../store/agent-passwords.ts';
import * as businesses from '../store/setup-business.ts';
import { createKey } from './keys.ts';
import { hashPassword } from './passwords.ts';
import { putAgent } from './setup-agents.ts';
import { putBusiness } from './setup-business.ts';
import { putChannel } from './setup-channels.ts';
import { finish, type SetupTools } from './setup-draft.ts';
import { checkEmail } from './setup-people.ts';

/** What the environment may preset for the very first start. */
export interface FirstPresets {
  /** How the outside calls this server: the first label of its host becomes the domain. */
  publicUrl: URL;
  apiKey?: string | undefined;
  adminEmail?: string | undefined;
  adminPassword?: string | undefined;
}

/** What the first start made, to be printed once. What was preset is not repeated. */
export interface FirstBusiness {
  businessId: number;
  domain: string;
  /** Only when it was generated. */
  apiKey?: string;
  adminEmail: string;
  /** Only when it was generated. */
  adminPassword?: string;
  /** The channel on which everything can be tried; absent without a connector for it. */
  sandbox?: string;
}

/**
 * On an empty database: the first business with its app and queues, an administrator, the key of the
 * installation and a sandbox channel, all in one transaction. Undefined on every later start, and in the
 * second of two processes that start at once.
 */
export async function ensureFirstBusiness(
  tools: SetupTools,
  presets: FirstPresets,
): Promise<FirstBusiness | undefined> {
  if (await businesses.any(tools.db)) return undefined;
  const password = presets.adminPassword ?? randomBytes(12).toString('base64url');
  const passwordHash = await hashPassword(password);
  return tools.db.transaction(async (tx) => {
    await businesses.lockFirst(tx);
    if (await businesses.any(tx)) return undefined;
    const domain = domainOf(presets.publicUrl);
    const { draft, value } = await putBusiness(tools, tx, {}, { domain });
    const email = checkEmail(
      presets.adminEmail || `admin@${presets.publicUrl.hostname}`,
      'PARLEY_ADMIN_EMAIL',
    );
    const admin = { code: 'admin', name: 'Administrator', role: 'admin', email };
    await putAgent(draft, admin);
    await passwords.put(tx, value.id, admin.code, passwordHash);
    const { key } = await createKey(draft, {
      name: 'Installation',
      tenantWide: true,
      installation: true,
      ...(presets.apiKey && { preset: presets.apiKey }),
    });
    const sandbox = await putSandbox(draft);
    draft.deeds.push({ what: 'agent.passwordChanged', id: admin.code, name: admin.name });
    await finish(draft);
    return {
      businessId: value.id,
      domain,
      adminEmail: email,
      ...(!presets.apiKey && { apiKey: key }),
      ...(presets.adminPassword === undefined && { adminPassword: password }),
      ...(sandbox !== undefined && { sandbox }),
    };
  });
}

/** A channel that answers itself, so that everything can be tried before a provider is set up. */
async function putSandbox(draft: Parameters<typeof putChannel>[0]): Promise<string | undefined> {
  const type = draft.tools.channels.find((channel) => channel.contactType === 'DUMMY')?.types[0];
  if (type === undefined) return undefined;
  return (await putChannel(draft, { type, lane: 'sandbox', name: 'Sandbox', sandbox: true })).value.id;
}

function domainOf({ hostname }: URL): string {
  const label = hostname.split('.')[0]!.toLowerCase();
  const isName = /^[a-z][a-z0-9-]*$/.test(label) && label !== 'localhost';
  return isName ? label : 'local';
}
