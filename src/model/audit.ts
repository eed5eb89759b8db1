import { withoutSecrets } from './web-address.ts';

/** What is set up under a name of its own: it is made, changed and taken away. */
export const setUpKinds = [
  'app',
  'queue',
  'team',
  'agent',
  'tag',
  'customField',
  'channel',
  'template',
  'var',
  'endpoint',
  'cannedAnswer',
] as const;
export type SetUpKind = (typeof setUpKinds)[number];

/** What the audit log says was done, `<kind>.<deed>`: a fixed list, so that it can be filtered and counted. */
export type AuditVerb =
  | 'business.created'
  | 'business.changed'
  | `${SetUpKind}.${'created' | 'changed' | 'removed'}`
  | (typeof otherVerbs)[number];

const otherVerbs = [
  'channel.mended',
  'visitorSecret.replaced',
  'endpoint.enabled',
  'endpoint.disabled',
  'endpoint.rotated',
  'endpoint.replayed',
  'endpoint.tested',
  'key.created',
  'key.revoked',
  'accessToken.created',
  'accessToken.revoked',
  'agent.signedIn',
  'agent.signInFailed',
  'agent.signedOut',
  'agent.signedOutEverywhere',
  'agent.linkCreated',
  'agent.passwordChanged',
  'agent.codesBegun',
  'agent.codesOn',
  'agent.codesOff',
  'endUser.banned',
  'endUser.unbanned',
  'endUser.signedOut',
  'message.deleted',
  'audit.exported',
  'analytics.exported',
] as const;

/** Every verb that there is. */
export const auditVerbs: readonly AuditVerb[] = [
  'business.created',
  'business.changed',
  ...setUpKinds.flatMap((kind) => [`${kind}.created`, `${kind}.changed`, `${kind}.removed`] as const),
  ...otherVerbs,
];

/** What a verb is about: what stands before its dot. */
export function kindOf(verb: AuditVerb): string {
  return verb.slice(0, verb.indexOf('.'));
}

/** Every kind of thing that a verb is about. */
export const auditKinds: readonly string[] = [...new Set(auditVerbs.map(kindOf))];

/**
 * Who did it. `agent`: a person who signed in; `accessToken`: one that a key opened for an agent; `system`: Parley
 * itself; `nobody`: who tried to sign in, and could not.
 */
export const whoKinds = ['agent', 'key', 'accessToken', 'installationKey', 'system', 'nobody'] as const;
export type WhoKind = (typeof whoKinds)[number];

/** One field of what was changed. Of a secret only what was done with it. */
export interface FieldChange {
  /** With dots: `settings.lang`. */
  field: string;
  /** Absent: it was not there. */
  before?: unknown;
  /** Absent: it is not there any more. */
  after?: unknown;
  secret?: 'set' | 'replaced' | 'removed';
}

/** One thing that was done. */
export interface Deed {
  what: AuditVerb;
  /** The thing, as the API names it. */
  id?: string;
  /** The same for people. */
  name?: string;
  changes?: FieldChange[];
}

/** Longer texts are cut, and of more fields the first are told. */
const longestText = 1000;
const mostFields = 100;

/** What differs between two states of a thing, field by field; `undefined`: there is no such state. */
export function differences(before: unknown, after: unknown): FieldChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field): FieldChange[] => {
    if (JSON.stringify(old.get(field)) === JSON.stringify(now.get(field))) return [];
    return [
      {
        field,
        ...(old.has(field) && { before: shown(old.get(field)) }),
        ...(now.has(field) && { after: shown(now.get(field)) }),
      },
    ];
  });
}

/** The fields of a secret that was set, replaced or removed. */
export function secretDifferences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field): FieldChange[] => {
    const [old, now] = [JSON.stringify(before[field]), JSON.stringify(after[field])];
    if (old === now) return [];
    return [{ field, secret: old === undefined ? 'set' : now === undefined ? 'removed' : 'replaced' }];
  });
}

/** The fields that a line keeps, and how many it leaves out. */
export function keptChanges(changes: FieldChange[]): { changes: FieldChange[]; omitted: number } {
  return { changes: changes.slice(0, mostFields), omitted: Math.max(0, changes.length - mostFields) };
}

/** Objects are looked into, lists are one value. What is empty says nothing. */
function leavesOf(value: unknown, path = '', leaves = new Map<string, unknown>()): Map<string, unknown> {
  if (value === undefined || value === null || value === '') return leaves;
  if (typeof value !== 'object' || Array.isArray(value)) {
    if (!Array.isArray(value) || value.length > 0) leaves.set(path, value);
    return leaves;
  }
  for (const [name, part] of Object.entries(value)) leavesOf(part, path ? `${path}.${name}` : name, leaves);
  return leaves;
}

/** As it may be kept: what can be a secret in an address is not, and what is long is cut. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return cut(withoutSecrets(value));
  const text = JSON.stringify(value);
  return text.length <= longestText ? value : cut(text);
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText).replace(/[\ud800-\udbff]$/, '')}…`;
}
