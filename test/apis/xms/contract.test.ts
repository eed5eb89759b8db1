import { beforeAll, describe, expect, test } from 'vitest';
import { keptContract, sharedContract } from './contract-fixture.ts';
import { makeXms } from './fake-core.ts';
import { partOf, type Structure, structureOf } from './structure.ts';

const contract = keptContract();
let ours: Structure;

beforeAll(async () => {
  const { app } = makeXms();
  const document = (await app.inject({ url: '/openapi.json' })).json();
  ours = structureOf(partOf(document, 'xms', '/xms/api/v1'));
});

/** The schemas that the operations of the contract lead to. */
function reachable({ operations, schemas }: Structure): string[] {
  const found = new Set<string>();
  const visit = (type: string) => {
    const name = /@([\w]+)/.exec(type)?.[1];
    if (name === undefined || found.has(name)) return;
    found.add(name);
    Object.values(schemas[name] ?? {}).forEach(visit);
  };
  for (const { body, responses } of Object.values(operations)) {
    visit(body?.schema ?? '');
    Object.values(responses).forEach(visit);
  }
  return [...found].sort();
}

describe('what the routes declare is what the contract says', () => {
  test('the same 14 operations, and no others', () => {
    expect(Object.keys(contract.operations)).toHaveLength(14);
    expect(Object.keys(ours.operations).sort()).toEqual(Object.keys(contract.operations).sort());
  });

  test.each(Object.keys(contract.operations))('%s: id, tag, parameters, body and answers', (name) => {
    const theirs = contract.operations[name]!;
    const { responses, ...rest } = ours.operations[name]!;
    expect({ ...rest }).toEqual({
      id: theirs.id,
      tags: theirs.tags,
      security: theirs.security,
      parameters: theirs.parameters,
      ...(theirs.body && { body: theirs.body }),
    });
    // Failures have a body with us, though the contract describes none (decision D10).
    const promised = Object.fromEntries(
      Object.entries(theirs.responses).map(([status, type]) => [
        status,
        Number(status) < 400 ? type : '@ApiFailure',
      ]),
    );
    expect(responses).toEqual({ ...promised, default: '@ApiFailure' });
  });

  test.each(reachable(contract))('%s: the same properties, types and value lists', (name) => {
    expect(ours.schemas[name]).toEqual(contract.schemas[name]);
  });
});

describe('the kept structure of the contract', () => {
  const shared = sharedContract();
  if (!shared) console.warn('The shared contract document is not here: the fixture is taken as it is.');

  test.skipIf(!shared)('is that of the shared document', () => {
    expect(contract).toEqual(shared);
  });
});
