import { beforeEach, describe, expect, it, vi } from 'vitest';
import { GroupCommit } from '../../src/pipeline/group-commit.ts';

/** A write under way: its test says when it is committed, or that it failed. */
interface Write {
  items: string[];
  commit(): void;
  fail(error: Error): void;
}

const conflict = new Error('duplicate key');
const outage = new Error('the database is away');

let writes: Write[];
beforeEach(() => {
  writes = [];
});

function group(options: ConstructorParameters<typeof GroupCommit<string, string>>[1] = {}) {
  return new GroupCommit<string, string>(
    (items) =>
      new Promise((resolve, reject) => {
        writes.push({ items, commit: () => resolve(items.map((item) => `${item} done`)), fail: reject });
      }),
    options,
  );
}

/** Waits for the write that begins next, and takes it. */
async function nextWrite(): Promise<Write> {
  return vi.waitUntil(() => writes.shift(), { interval: 1 });
}

/** The end of this turn of the event loop: what is to begin has begun. */
const turn = () => new Promise(setImmediate);

const settled = (promises: Promise<string>[]) =>
  Promise.all(promises.map((one) => one.catch((error: Error) => error.message)));

describe('a group commit', () => {
  it('writes an item within the turn when nothing is under way', async () => {
    const one = group().add('a');
    await turn();
    expect(writes.map(({ items }) => items)).toEqual([['a']]);
    writes[0]!.commit();
    expect(await one).toBe('a done');
  });

  it('answers nobody before the commit', async () => {
    let answered = false;
    const one = group().add('a');
    one.then(() => {
      answered = true;
    });
    await turn();
    expect(answered).toBe(false);
    (await nextWrite()).commit();
    await one;
  });

  it('writes together, in order, what arrives while writes are under way', async () => {
    const commits = group({ inFlight: 1 });
    const answers = [commits.add('a')];
    const first = await nextWrite();
    expect(first.items).toEqual(['a']);
    answers.push(...['b', 'c', 'd'].map((item) => commits.add(item)));
    await turn();
    expect(writes).toEqual([]);
    first.commit();
    const second = await nextWrite();
    expect(second.items).toEqual(['b', 'c', 'd']);
    const late = commits.add('e');
    second.commit();
    (await nextWrite()).commit();
    expect(await Promise.all([...answers, late])).toEqual(['a done', 'b done', 'c done', 'd done', 'e done']);
  });

  it('writes together what comes in one turn', async () => {
    const commits = group();
    const answers = ['a', 'b', 'c'].map((item) => commits.add(item));
    const first = await nextWrite();
    expect(first.items).toEqual(['a', 'b', 'c']);
    first.commit();
    await Promise.all(answers);
  });

  it('begins a write beside another only when enough waits for it', async () => {
    const commits = group({ inFlight: 2, worth: 3 });
    const answers = [commits.add('a')];
    const first = await nextWrite();
    answers.push(commits.add('b'), commits.add('c'));
    await turn();
    expect(writes).toEqual([]);
    answers.push(commits.add('d'));
    const second = await nextWrite();
    expect(second.items).toEqual(['b', 'c', 'd']);
    second.commit();
    answers.push(commits.add('e'));
    first.commit();
    (await nextWrite()).commit();
    expect(await Promise.all(answers)).toHaveLength(5);
  });

  it.each([1, 2, 5])('has at most %i writes under way at once', async (inFlight) => {
    const commits = group({ inFlight, max: 1, worth: 1 });
    const answers = Array.from({ length: 12 }, (_, i) => commits.add(String(i)));
    let most = 0;
    for (let i = 0; i < 12; i++) {
      for (let turns = 0; turns < inFlight; turns++) await turn();
      most = Math.max(most, writes.length);
      (await nextWrite()).commit();
      await answers[i];
    }
    expect(most).toBe(inFlight);
  });

  it('puts no more than its limit into one write', async () => {
    const commits = group({ inFlight: 1, max: 3 });
    const answers = Array.from({ length: 8 }, (_, i) => commits.add(String(i)));
    const sizes: number[] = [];
    while (sizes.length < 3) {
      const write = await nextWrite();
      sizes.push(write.items.length);
      write.commit();
    }
    expect(sizes).toEqual([3, 3, 2]);
    expect(await Promise.all(answers)).toHaveLength(8);
  });

  it('counts what waits and what is being written', async () => {
    const commits = group({ inFlight: 1 });
    expect(commits.size).toBe(0);
    const answers = [commits.add('a')];
    const first = await nextWrite();
    answers.push(commits.add('b'), commits.add('c'));
    expect(commits.size).toBe(3);
    first.commit();
    const rest = await nextWrite();
    expect(commits.size).toBe(2);
    rest.commit();
    await Promise.all(answers);
    await vi.waitFor(() => expect(commits.size).toBe(0));
  });
});

describe('a write that fails', () => {
  /** Begins a write of `a`, behind which `b`, `c` and `d` wait for the next. */
  async function batchOfThree(commits: GroupCommit<string, string>) {
    const one = commits.add('a');
    const first = await nextWrite();
    const ended = settled([one, ...['b', 'c', 'd'].map((item) => commits.add(item))]);
    first.commit();
    return { ended, batch: await nextWrite() };
  }

  it('fails its one item alone', async () => {
    const one = group().add('a');
    (await nextWrite()).fail(conflict);
    await expect(one).rejects.toBe(conflict);
    expect(writes).toEqual([]);
  });

  it('is tried again item by item, so that one bad item fails alone', async () => {
    const { ended, batch } = await batchOfThree(group({ inFlight: 1 }));
    batch.fail(conflict);
    for (const item of ['b', 'c', 'd']) {
      const alone = await nextWrite();
      expect(alone.items).toEqual([item]);
      if (item === 'c') alone.fail(conflict);
      else alone.commit();
    }
    expect(await ended).toEqual(['a done', 'b done', 'duplicate key', 'd done']);
  });

  it('fails all its items at once when the reason is none of theirs', async () => {
    const commits = group({ inFlight: 1, isolate: (error) => error !== outage });
    const { ended, batch } = await batchOfThree(commits);
    batch.fail(outage);
    expect(await ended).toEqual(['a done', outage.message, outage.message, outage.message]);
    expect(writes).toEqual([]);
  });

  it('does not keep what comes later from being written', async () => {
    const commits = group({ inFlight: 1, isolate: () => false });
    const { ended, batch } = await batchOfThree(commits);
    const later = commits.add('e');
    batch.fail(outage);
    await ended;
    const next = await nextWrite();
    expect(next.items).toEqual(['e']);
    next.commit();
    expect(await later).toBe('e done');
  });

  it('counts as a failure too when it is thrown rather than rejected', async () => {
    const commits = new GroupCommit<string, string>(() => {
      throw conflict;
    });
    await expect(commits.add('a')).rejects.toBe(conflict);
  });
});
