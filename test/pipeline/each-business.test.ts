import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRound } from '../../src/pipeline/each-business.ts';
import { eventually, House, type Running, type Tenant } from './tools.ts';

describe('a round of all businesses', () => {
  const warned: { businessId: number; loop: string }[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => warned.push(JSON.parse(line)) });

  it.each([new Error('cannot be counted'), Object.assign(new Error('took too long'), { code: '57014' })])(
    'goes on behind one that fails, and says which one that was: %s',
    async (fault) => {
      warned.length = 0;
      const had: number[] = [];
      const round = makeRound({ log }, 'figures');
      const turn = async (id: number) => {
        if (id === 3) throw fault;
        had.push(id);
        return id === 1;
      };
      expect([await round([3, 1, 2], turn), had]).toEqual([true, [1, 2]]);
      // It rests: whoever has more to do meanwhile does not have it fail again and again.
      expect([await round([3, 1], turn), had]).toEqual([true, [1, 2, 1]]);
      expect(warned).toMatchObject([{ businessId: 3, loop: 'figures' }]);
    },
  );

  it('ends when the database is away: the others would have to wait for it, too', async () => {
    const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const had: number[] = [];
    const round = makeRound({ log }, 'search')([1, 2], async (id) => {
      had.push(id);
      throw away;
    });
    await expect(round).rejects.toBe(away);
    expect(had).toEqual([1]);
  });
});

describe('a business whose figures and words cannot be written', () => {
  let house: House;
  let running: Running;
  beforeAll(async () => {
    house = await House.open();
    running = await house.start();
  });
  afterAll(() => house.close());

  const standing = async (table: 'figure_progress' | 'search_progress', shop: Tenant) => {
    const [row] = await house.sql<{ done: boolean }>(
      `select p.seq = c.seq as done from event_counter c join ${table} p using (business_id) where business_id = $1`,
      [shop.id],
    );
    return row?.done;
  };

  it.each(['figure_progress', 'search_progress'] as const)('stops no other one: %s', async (table) => {
    const broken = await house.business(running);
    const well = await house.business(running);
    await house.sql(
      `create function refuse() returns trigger language plpgsql as $$ begin
         if new.business_id = ${broken.id} then raise 'refused'; end if; return new; end $$`,
    );
    await house.sql(
      `create trigger refuse before insert or update on ${table} for each row execute function refuse()`,
    );
    for (const shop of [broken, well]) await shop.send(await shop.sandbox(), '966500000009');
    await eventually(async () => expect(await standing(table, well)).toBe(true));
    expect(await standing(table, broken)).not.toBe(true);
    await house.sql('drop function refuse cascade');
    await eventually(async () => expect(await standing(table, broken)).toBe(true));
  });
});
