import type { CDPSession, Page } from 'playwright-core';

/** The first conversations have a talk in them; all others one message. */
export const talks = 150;
const pairs = 15;

/** One session as many: each with a person, a message and its row in the inbox, a minute older than the one before. */
export function filling(count: number): string[] {
  const other = (id: string) => `substr(${id}, 1, 12) || lpad(to_hex(n), 12, '0')`;
  const clones = (table: string, of: string, changes: string) =>
    `insert into ${table} select (jsonb_populate_record(o, jsonb_build_object(${changes}))).*
     from ${table} o, generate_series(1, ${count}) n where o.${of} = $1`;
  const at = `now() - n * interval '1 minute'`;
  const person = `'id', o.contact_id || n`;
  return [
    `insert into contact select (jsonb_populate_record(c, jsonb_build_object('id', c.id || n, 'csid', c.csid || n,
       'no', nextval('person_number'), 'profile', jsonb_build_object('name', 'Customer ' || n)))).*
     from session o join contact c on c.id = o.contact_id, generate_series(1, ${count}) n where o.id = $1`,
    clones('session', 'id', `'id', ${other('o.id')}, ${person.replace("'id'", "'contact_id'")}`),
    clones(
      'message',
      'session_id',
      `'id', ${other('o.id')}, 'session_id', ${other('o.session_id')}, 'contact_id', o.contact_id || n, 'at', ${at},
       'provider_id', o.provider_id || n, 'no', nextval(pg_get_serial_sequence('message', 'no'))`,
    ),
    clones(
      'inbox_session',
      'session_id',
      `'session_id', ${other('o.session_id')}, 'contact_id', o.contact_id || n, 'active_at', ${at}`,
    ),
  ];
}

/** The question and the answer of one session as a talk in each of the first ones, before their last message. */
export const talking = `
  insert into message select (jsonb_populate_record(o, jsonb_build_object(
    'id', substr(o.id, 1, 12) || 'a' || lpad(to_hex(n * 64 + k * 2 + (o.direction = 'O')::int), 11, '0'),
    'session_id', substr(o.session_id, 1, 12) || lpad(to_hex(n), 12, '0'), 'contact_id', o.contact_id || n,
    'at', now() - n * interval '1 minute' - (k * 40 + (o.direction = 'I')::int * 20) * interval '1 second',
    'provider_id', o.provider_id || n || 'x' || k, 'no', nextval(pg_get_serial_sequence('message', 'no')),
    'content', o.content || jsonb_build_object('text', repeat('A sentence of a talk, as people write. ', 1 + (n + k) % 4))
  ))).* from message o, generate_series(1, ${talks}) n, generate_series(1, ${pairs}) k
  where o.session_id = $1 and o.direction in ('I', 'O')`;

export const print = (what: string, value: string) => process.stdout.write(`figures: ${what}: ${value}\n`);

/** The value under which so large a part of them lies. */
export function part(values: number[], of: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0;
}

export const spread = (values: number[]) =>
  `median ${part(values, 0.5).toFixed(1)} ms, p95 ${part(values, 0.95).toFixed(1)} ms, worst ${part(values, 1).toFixed(1)} ms of ${values.length}`;

/** As if the processor were so many times as slow. */
export const slowDown = (cdp: CDPSession, rate: number) =>
  cdp.send('Emulation.setCPUThrottlingRate', { rate });

/** Scrolls the list by so many px in each frame; answers how long the frames took, ms. */
export const scroll = (page: Page, px: number, frames: number) =>
  page.evaluate(
    async ([px, frames]) => {
      const box = document.querySelector('#list [role="list"]')!.parentElement!;
      const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
      const took: number[] = [];
      let before = await frame();
      for (let i = 0; i < frames!; i += 1) {
        box.scrollTop += px!;
        const now = await frame();
        took.push(now - before);
        before = now;
      }
      return took;
    },
    [px, frames],
  );

/** How long a press took until the page showed anything of it, and until the messages were painted, ms. */
interface Switched {
  answered: number;
  took: number;
}

/**
 * In the page: presses so many rows one after the other, so many ms between them. It looks when the page changes: a frame
 * that is asked for only to look would be work, too.
 */
export async function switchAll([from = 0, count = 0, pause = 100]: number[]): Promise<Switched[]> {
  const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
  const painted = () =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = done;
      port2.postMessage(0);
    });
  const whenIts = (what: string) =>
    new Promise<void>((done) => {
      const look = () => {
        if (!document.querySelector(what)) return;
        watch.disconnect();
        done();
      };
      const watch = new MutationObserver(look);
      watch.observe(document.getElementById('thread')!, { subtree: true, childList: true, attributes: true });
      look();
    });
  const all: Switched[] = [];
  const box = document.querySelector('#list [role="list"]')!.parentElement!;
  const find = (i: number) => document.querySelector<HTMLElement>(`[data-row="${i}"]`);
  box.scrollTop = Math.max(0, from - 3) * 80;
  for (let i = from; i < from + count; i += 1) {
    while (!find(i)) await frame();
    const row = find(i)!;
    performance.mark('begin');
    const began = performance.now();
    row.click();
    await frame();
    await painted();
    const answered = performance.now() - began;
    await whenIts(`#thread[data-shown="${row.dataset.session}"] article`);
    await frame();
    await painted();
    all.push({ answered, took: performance.now() - began });
    performance.mark('end');
    find(i + 1)?.scrollIntoView({ block: 'nearest' });
    await new Promise((done) => setTimeout(done, pause));
  }
  return all;
}

/** In the page: Enter in the field, as a key; ms until the text stands in the thread. */
export async function enterToScreen(text: string): Promise<number> {
  const field = document.querySelector('textarea')!;
  const began = performance.now();
  field.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }),
  );
  const isThere = () =>
    [...document.querySelectorAll('#thread article')].some((one) => one.textContent?.includes(text));
  do await new Promise((done) => requestAnimationFrame(done));
  while (!isThere());
  return performance.now() - began;
}

/** In the page: when the text stands in the thread, epoch ms. */
export async function screenHas(text: string): Promise<number> {
  const isThere = () =>
    [...document.querySelectorAll('#thread article')].some((one) => one.textContent?.includes(text));
  do await new Promise((done) => requestAnimationFrame(done));
  while (!isThere());
  return Date.now();
}
