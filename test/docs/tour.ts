import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { run as parley } from '../../cli/src/main.ts';
import { readConfig } from '../../src/config.ts';
import { type Server, startServer } from '../../src/server.ts';
import { type ScratchDatabase, scratchDatabase } from '../database.ts';
import { freePort } from '../free-port.ts';
import { type Block, root } from './pages.ts';
import { commandsOf, requestOf } from './shell.ts';

const soon = { timeout: 15_000, interval: 50 };
/** Where the examples say that the receiver listens. */
const receiverInText = 'http://127.0.0.1:9000';

/** What the receiver was posted. */
export interface Posted {
  path: string;
  body: Record<string, unknown>;
}

/** A server as a newcomer has it, and someone who carries out what the documentation says. */
export interface Tour {
  readonly server: Server;
  /** What was exported so far. */
  readonly variables: Record<string, string>;
  /** Everything that `examples/receiver.js` printed. */
  posted(): Posted[];
  /** Carries out the blocks in their order, and compares what is answered with what is told. */
  follow(blocks: readonly Block[]): Promise<void>;
  /** Applies a document to the last detail, and takes it back. */
  dryRun(document: unknown): Promise<unknown>;
  end(): Promise<void>;
}

/** Starts a server on a scratch database. `given` are the values that a reader would fill in. */
export async function startTour(
  given: (tour: Tour) => Record<string, () => Promise<string> | string>,
): Promise<Tour> {
  const scratch = await scratchDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'parley-tour-'));
  const config = readConfig({ PORT: '0', DATA_DIR: folder });
  const server = await startServer(config, scratch.url, pino({ level: 'silent' }));
  const receiver = `http://127.0.0.1:${await freePort()}`;
  return new Follower({ scratch, folder, server, receiver, given });
}

/** What a command answered or printed. */
interface Answer {
  told: unknown;
  status?: number;
  /** Asks once more. */
  again?: () => Promise<Answer>;
}

interface House {
  scratch: ScratchDatabase;
  folder: string;
  server: Server;
  receiver: string;
  given: (tour: Tour) => Record<string, () => Promise<string> | string>;
}

class Follower implements Tour {
  readonly server: Server;
  readonly variables: Record<string, string> = {};
  readonly #house: House;
  #receiver: ChildProcess | undefined;
  #printed = '';
  /** What the last command answered or printed, to be compared with the block that follows. */
  #answer: Answer | undefined;

  constructor(house: House) {
    this.#house = house;
    this.server = house.server;
  }

  posted(): Posted[] {
    return this.#printed
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const space = line.indexOf(' ');
        const body = line.slice(space + 1);
        return { path: line.slice(0, space), body: body === '' ? {} : JSON.parse(body) };
      });
  }

  async follow(blocks: readonly Block[]): Promise<void> {
    for (const [i, block] of blocks.entries()) {
      if (block.lang !== 'sh') continue;
      const next = blocks[i + 1];
      const answer = next && ['json', 'text'].includes(next.lang) ? next : undefined;
      this.#answer = undefined;
      await this.#carryOut(block);
      if (answer) await this.#compare(answer);
      else this.#assertTaken(block);
    }
  }

  /** What no answer is shown for has worked all the same. */
  #assertTaken({ line }: Block): void {
    const { status = 200, told } = this.#answer ?? {};
    expect(status, `line ${line}: ${JSON.stringify(told)}`).toBe(200);
  }

  async #carryOut(block: Block): Promise<void> {
    for (const line of linesOf(block.text)) {
      const [words = []] = commandsOf(line, this.variables);
      const [command, ...rest] = words;
      if (command === 'export') await this.#export(rest);
      else if (command === 'curl') await this.#curl(words);
      else if (command === 'node') await this.#startReceiver(rest);
      else if (command === 'npx') await this.#parley(rest, block);
      else if (command === 'npm') checkScripts(words);
      else throw new Error(`line ${block.line}: nobody can carry out ${line}`);
    }
  }

  async #export(pairs: string[]): Promise<void> {
    for (const pair of pairs) {
      const [name = '', value = ''] = pair.split('=');
      const filled = await this.#house.given(this)[name]?.();
      if (filled === undefined && value.includes('…'))
        throw new Error(`nothing is known to fill in for ${name}`);
      this.variables[name] = filled ?? value;
    }
  }

  async #curl(words: string[]): Promise<void> {
    const { url, init } = requestOf(words.map((word) => this.#moved(word)));
    const ask = async (): Promise<Answer> => {
      const response = await fetch(url, init);
      return { status: response.status, told: await response.json() };
    };
    // What only reads may be asked again: the documentation shows it as it is after a moment.
    const reads = init.method === 'GET' || url.includes('/session/messages');
    this.#answer = { ...(await ask()), ...(reads && { again: ask }) };
  }

  /** The same text with the receiver where it really listens. */
  #moved(text: string): string {
    return text.replaceAll(receiverInText, this.#house.receiver);
  }

  async #startReceiver([file = '']: string[]): Promise<void> {
    const port = new URL(this.#house.receiver).port;
    const env = { ...process.env, RECEIVER_PORT: port };
    this.#receiver = spawn(process.execPath, [join(root, file)], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#receiver.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
    await vi.waitFor(() => fetch(this.#house.receiver), soon);
    this.#printed = '';
  }

  async #parley([command, ...words]: string[], { line }: Block): Promise<void> {
    expect(command).toBe('parley');
    const file = words.at(-1)!;
    const moved = join(this.#house.folder, basename(file));
    writeFileSync(moved, this.#moved(readFileSync(join(root, file), 'utf8')));
    const out: string[] = [];
    const terminal = {
      env: this.variables,
      out: (text: string) => void out.push(text),
      err: (text: string) => void out.push(text),
    };
    const code = await parley([...words.slice(0, -1), moved], terminal);
    expect(code, `line ${line}: ${out.join('\n')}`).toBe(0);
    this.#answer = { told: out.join('\n') };
  }

  async #compare({ lang, text, line }: Block): Promise<void> {
    const answer = this.#answer;
    expect(answer, `line ${line}: nothing was answered`).toBeDefined();
    const { told, again } = answer!;
    if (lang === 'text') {
      expect(told, `line ${line}`).toBe(text.trimEnd());
      return;
    }
    const wanted = shown(JSON.parse(this.#moved(text)));
    const compare = (one: unknown) => expect(one, `line ${line}`).toMatchObject(wanted);
    if (again) await vi.waitFor(async () => compare((await again()).told), soon);
    else compare(told);
  }

  dryRun(document: unknown): Promise<unknown> {
    const { core, first } = this.server.pipeline;
    const by = { businessId: first!.businessId, installation: true };
    return core.change.apply(document, { dryRun: true, by });
  }

  async end(): Promise<void> {
    this.#receiver?.kill();
    await this.server.stop();
    await this.#house.scratch.drop();
    rmSync(this.#house.folder, { recursive: true, force: true });
  }
}

/** The commands of a block, each with the lines that belong to it. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    open += open === '' ? line : `\n${line}`;
    if (line.endsWith('\\') || (open.match(/'/g)?.length ?? 0) % 2 === 1) continue;
    if (open.trim() !== '') lines.push(open);
    open = '';
  }
  return lines;
}

/** `npm install && npm start`: the scripts are there. That they work is shown elsewhere. */
function checkScripts(words: string[]): void {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  for (const part of words.join(' ').split(' && ')) {
    const [, name = '', script = ''] = part.split(' ');
    if (name !== 'install') expect(Object.keys(scripts), part).toContain(name === 'run' ? script : name);
  }
}

/** What a page shows, with `…` for anything: an answer may hold more, and lists are as long as shown. */
function shown(value: unknown): object {
  const walk = (one: unknown): unknown => {
    if (one === '…') return expect.anything();
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, walk(item)]));
  };
  return walk(value) as object;
}
