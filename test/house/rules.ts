import { everyNode, isNode, readSource, type Source, type Tree } from './source.ts';
import { writersOf, writesUsed } from './writers.ts';

/** What each folder of `src` may import of the others. Files right below `src` put the house together. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  store: ['model'],
  channels: ['model'],
  pipeline: ['model', 'store', 'channels'],
  apis: ['model', 'pipeline', 'store'],
  live: ['model', 'pipeline', 'store'],
  postgres: [],
};

/** Folders whose own folders are doors: one never imports another, and only the list knows them all. */
const doors = ['channels', 'apis'];

/** Folders that read the store and leave every write to the pipeline. */
const readers = ['apis', 'live'];

/**
 * Everything in the tree that is against the rules of the house, one line each: who may import whom, who
 * may write, and who may know the name of a channel type.
 */
export function violations(tree: Tree, channelTypes: readonly string[]): string[] {
  const sources = [...tree].map(([path, text]) => readSource(path, text));
  const writers = new Map(sources.filter(isStore).map((source) => [source.path, writersOf(source)]));
  return sources.flatMap((source) => [
    ...source.imports.flatMap(({ path }) => (path === undefined ? [] : refusal(source.path, path, tree))),
    ...(readers.includes(folderOf(source.path) ?? '')
      ? writesUsed(source, writers).map((name) => `${source.path} writes past the pipeline: ${name}`)
      : []),
    ...strayStatements(source),
    ...channelNames(source, channelTypes),
  ]);
}

function isStore({ path }: Source): boolean {
  return folderOf(path) === 'store';
}

/** `model` of `src/model/ids.ts`; undefined for files right below `src`, and outside of it. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** `xms` of `src/apis/xms/render.ts`. */
function doorOf(path: string): string | undefined {
  return doors.includes(folderOf(path) ?? '') ? /^src\/[^/]+\/([^/]+)\//.exec(path)?.[1] : undefined;
}

function refusal(from: string, to: string, tree: Tree): string[] {
  const told = (why: string) => [`${from} imports ${to}: ${why}`];
  if (!tree.has(to)) return told('there is no such file in the house');
  const [workspace, target] = [from.split('/')[0]!, to.split('/')[0]!];
  if (workspace !== target) return told(`${workspace} and ${target} are packages of their own`);
  const folder = folderOf(from);
  if (workspace !== 'src' || folder === undefined) return [];
  const allowed = mayImport[folder];
  if (!allowed) return told(`the table does not know the folder ${folder}`);
  const wanted = folderOf(to);
  if (wanted === undefined) return told(`${folder} imports nothing that puts the house together`);
  if (wanted !== folder) return allowed.includes(wanted) ? [] : told(`${folder} may not import ${wanted}`);
  const door = doorOf(to);
  if (door === undefined || door === doorOf(from) || from === `src/${folder}/index.ts`) return [];
  return told('one door never imports another');
}

/** Statements are declared in the store alone: it is the only SQL. */
function strayStatements(source: Source): string[] {
  if (isStore(source)) return [];
  const declares = [...everyNode(source.program)].some(
    (node) => node.type === 'CallExpression' && isNode(node.callee) && node.callee.name === 'statement',
  );
  return declares ? [`${source.path} declares a statement: the store has the only SQL`] : [];
}

/** The one table that shares words with channel types: the prefixes of contact ids (decision D18). */
const prefixesOfContacts = 'src/model/contact.ts';

/** Channel types are named where channels are, and where a surface turns its words into ours. */
function channelNames({ path, texts }: Source, channelTypes: readonly string[]): string[] {
  if (path === prefixesOfContacts || folderOf(path) === 'channels') return [];
  if (/^src\/apis\/[^/]+\/words/.test(path)) return [];
  return texts
    .filter((text) => !isField(text))
    .map((text) => text.split(':')[0]!)
    .filter((word) => channelTypes.includes(word))
    .map((word) => `${path} names the channel type ${word}`);
}

/** An address of mail is also a field of people and agents, and stands in front of what is said of it. */
function isField(text: string): boolean {
  return text === 'email' || text.startsWith('email: ');
}
