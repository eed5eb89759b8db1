import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { sendOrders } from './load.ts';
import { openSite, type Site, short } from './site.ts';
import { judge, quiet } from './verdict.ts';

const statuses = ['sent', 'delivered', 'read'] as const;
const inFlight = 128;
let site: Site;

afterEach(() => site.close());

// `judge` holds the figures against a plain count, here as in every story.
it('kill -9 of one of two processes in turn, while both count what happens', async () => {
  const kills = short ? 3 : 12;
  site = await openSite({ statuses, answerAfterMs: 50 });
  await site.start();
  const load = sendOrders(site, short ? 2400 : 16_000, async ({ accepted }) => {
    for (let n = 0; n < kills; n++) {
      const before = accepted.size;
      await until('callers go on', () => accepted.size > before + 50, 60_000);
      await sleep(Math.random() * 1200);
      await site.kill(site.parleys[n % 2]!);
      await site.start();
    }
  });
  await load.done;
  await quiet(site);
  await judge(site, load, {
    test: 42,
    name: 'kill -9 of one of two',
    kills,
    window: kills * inFlight,
    raced: true,
  });
});

it('kill -9 in the middle of counting, after the sums were added: they are added once', async () => {
  site = await openSite({ statuses });
  // Whoever notes how far it has come waits here, with everything else of its turn done.
  await site.ask('create table held_turn (n integer)');
  await site.ask(`create function hold_turn() returns trigger language plpgsql as
    'begin if exists (select 1 from held_turn) then perform pg_sleep(120); end if; return new; end'`);
  await site.ask(
    'create trigger hold_turn before update on figure_progress for each row execute function hold_turn()',
  );
  const load = sendOrders(site, short ? 400 : 1200);
  let kills = 0;
  for (; kills < (short ? 2 : 6); kills++) {
    await site.ask('insert into held_turn values (1)');
    await until('a turn is held', async () => (await heldTurns()).length > 0, 60_000);
    await site.kill(site.parleys[0]!);
    // A session whose process is gone would sleep on.
    await site.ask(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`);
    await until('it is over', async () => (await heldTurns()).length === 0);
    await site.ask('delete from held_turn');
    await site.start();
  }
  await load.done;
  await quiet(site);
  expect(kills).toBeGreaterThan(1);
  await judge(site, load, { test: 42, name: 'kill -9 amid counting', kills, window: kills * inFlight });
});

const heldTurns = () => site.ask(`select 1 from pg_stat_activity where wait_event = 'PgSleep'`);
