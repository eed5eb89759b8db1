import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Structure, structureOf } from './structure.ts';

/** The contract document of the project's shared folder, beside this repository. */
const documentFile = '../shared/contract/xms.openapi.json';
const fixtureFile = join(import.meta.dirname, 'contract.fixture.json');

/** The structure of the shared contract document; undefined where that is not at hand. */
export function sharedContract(): Structure | undefined {
  return existsSync(documentFile) ? structureOf(JSON.parse(readFileSync(documentFile, 'utf8'))) : undefined;
}

/** The structure as it was kept. */
export function keptContract(): Structure {
  return JSON.parse(readFileSync(fixtureFile, 'utf8')) as Structure;
}

/** Keeps a structure. */
export function keepContract(contract: Structure): void {
  writeFileSync(fixtureFile, `${JSON.stringify(contract, null, 2)}\n`);
}
