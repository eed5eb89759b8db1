import { type Deed, keptChanges, kindOf } from '../model/audit.ts';
import { wordsOf } from '../model/fold.ts';
import { newId, timeOf } from '../model/ids.ts';
import * as store from '../store/audit.ts';
import type { Queryable } from '../store/database.ts';
import type { Caller } from './core.ts';

/** Who changes something, in which business. What names nobody is Parley itself: `{ businessId }`. */
export type By = Pick<Caller, 'businessId'> & Partial<Caller>;

/** The same in another business than that of the key: nothing of the one is told in the other. */
export function elsewhere(by: Partial<Caller>, businessId: number): By {
  return by.businessId === businessId ? { ...by, businessId } : { ...by, businessId, keyId: '' };
}

/**
 * Writes down what was done, in the transaction that does it: neither is there without the other. It is done in the
 * business of `by`.
 */
export async function audit(tx: Queryable, by: By, deeds: readonly Deed[]): Promise<void> {
  if (deeds.length === 0) return;
  const who = await named(tx, by.businessId, whoOf(by));
  await store.append(
    tx,
    deeds.map((deed) => lineOf(by, who, deed)),
  );
}

/**
 * Writes down that somebody tried to sign in to these accounts, and could not. It is asked also where there is no such
 * account: both take as long.
 */
export async function auditFailedSignIn(
  tx: Queryable,
  accounts: readonly { businessId: number; agentCode: string }[],
  from: Caller['from'],
  reason: string,
): Promise<void> {
  const lines = accounts.map(({ businessId, agentCode: id }) =>
    lineOf(
      { businessId, ...(from && { from }) },
      { kind: 'nobody' },
      { what: 'agent.signInFailed', id, changes: [{ field: 'reason', after: reason }] },
    ),
  );
  await store.append(tx, lines);
}

/** Who it is, with the name that it has now; undefined where it is Parley itself. */
export async function whoDid(tx: Queryable, by: By): Promise<store.AuditWho | undefined> {
  const who = whoOf(by);
  return who.kind === 'system' ? undefined : named(tx, by.businessId, who);
}

function whoOf({ agent, signIn, tokenId, installation, keyId }: By): store.AuditWho {
  if (agent && signIn) return { kind: 'agent', id: agent.code, agent: agent.code };
  if (tokenId !== undefined) return { kind: 'accessToken', id: tokenId, agent: agent?.code };
  const id = keyId || undefined;
  if (installation) return { kind: 'installationKey', id };
  return id === undefined ? { kind: 'system' } : { kind: 'key', id };
}

/** With the name that it has now: agents and keys may be gone when the line is read. */
async function named(tx: Queryable, businessId: number, who: store.AuditWho): Promise<store.AuditWho> {
  const isKey = who.kind === 'key' || who.kind === 'installationKey';
  if (who.agent === undefined && !(isKey && who.id !== undefined)) return who;
  const names = await store.namesOf(tx, businessId, who.agent, isKey ? who.id : undefined);
  return { ...who, name: (isKey ? names.key : names.agent) ?? undefined };
}

function lineOf({ businessId, from }: By, who: store.AuditWho, deed: Deed): store.NewAuditLine {
  const { what, id: targetId, name: targetName } = deed;
  const id = newId();
  const { changes, omitted } = keptChanges(deed.changes ?? []);
  const { address, requestId } = from ?? {};
  const texts = [
    what.replace(/[A-Z]/g, ' $&'),
    ...[who.kind, who.id, who.name, who.agent, address, requestId, targetId, targetName],
    ...changes.flatMap(({ field, before, after }) => [field, textOf(before), textOf(after)]),
  ];
  return {
    businessId,
    id,
    at: timeOf(id),
    who,
    address,
    requestId,
    what,
    kind: kindOf(what),
    targetId,
    targetName,
    changes,
    omitted,
    words: [...wordsOf(texts.filter(Boolean).join(' ')), `b:${businessId}`],
  };
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
