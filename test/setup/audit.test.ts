import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { By } from '../../src/pipeline/audit.ts';
import { makeSetupCache } from '../../src/pipeline/setup-cache.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { type AuditLine, list } from '../../src/store/audit.ts';
import { setupBench } from './tools.ts';

const bench = await setupBench();
afterAll(() => bench.end());
const { db } = bench;
const change = makeSetupChanges(bench.tools);
const cache = makeSetupCache(bench.tools);
let by: By = { businessId: 0 };
beforeAll(async () => {
  by = { businessId: (await change.putBusiness({}, { domain: 'shop' })).value.id };
});

const lines = (filter = {}): Promise<AuditLine[]> => list(db, by.businessId, filter, 200);
const told = async (filter = {}) => (await lines(filter)).map(({ what, on }) => `${what} ${on.id}`);
let statements = 0;
const run = (text: string) => db.run({ name: `test.audit.${++statements}`, text }, []);

describe('what is done to the setup', () => {
  it('is told thing by thing, of a whole document too, in one moment', async () => {
    const document = {
      teams: [{ code: 'sales' }],
      queues: [{ code: 'bots', app: 'default' }],
      agents: [{ code: 'ann', teams: ['sales'] }],
      templates: [{ code: 'hello', variants: [{ lang: 'en', body: 'Hello {{name}}' }] }],
      vars: [{ key: 'hotline', value: '123' }],
      endpoints: [{ url: 'https://crm.example/events' }],
    };
    const from = { address: '192.0.2.1', requestId: 'one' };
    await change.apply(document, { dryRun: false, by: { ...by, from } });
    const all = (await lines()).filter(({ requestId }) => requestId === 'one');
    expect(all.map(({ what }) => what).sort()).toEqual([
      'agent.created',
      'endpoint.created',
      'queue.created',
      'team.created',
      'template.created',
      'var.created',
    ]);
    expect(all.find(({ what }) => what === 'template.created')).toMatchObject({
      on: { kind: 'template', id: 'hello/en', name: 'hello' },
      changes: expect.arrayContaining([{ field: 'body', after: 'Hello {{name}}' }]),
    });
    await change.apply(document, { dryRun: false, by: { ...by, from: { ...from, requestId: 'two' } } });
    expect((await lines()).filter(({ requestId }) => requestId === 'two')).toEqual([]);
  });

  it('is told also where one change reaches another thing', async () => {
    await change.putChannel(by, { type: 'dummy', lane: 'gone' });
    const { value } = await change.putTemplate(by, { code: 'promo', lang: 'en', body: 'Hi' });
    await change.approveTemplate(by, value.id, { channelId: 'dummy:gone', status: 'APPROVED' });
    await change.remove(by, 'channels', 'dummy:gone');
    expect(await told({ kind: 'template', targetId: 'promo/en' })).toEqual([
      'template.changed promo/en',
      'template.changed promo/en',
      'template.created promo/en',
    ]);
    const [removed] = await lines({ kind: 'channel', targetId: 'dummy:gone' });
    expect(removed).toMatchObject({ what: 'channel.removed' });
    expect(removed!.changes).toContainEqual({ field: 'lane', before: 'gone' });
    const [unapproved] = await lines({ kind: 'template', targetId: 'promo/en' });
    expect(unapproved!.changes).toEqual([{ field: 'approvals.dummy:gone.status', before: 'APPROVED' }]);
  });

  it('is told of a channel without its secrets, of which only the changed ones are named', async () => {
    const settings = { sender: 'Shop', token: 'first secret' };
    await change.putChannel(by, { type: 'phone', lane: 'sms', settings });
    await change.putChannel(by, { type: 'phone', lane: 'sms', settings: { ...settings, token: 'second' } });
    await change.putChannel(by, { type: 'phone', lane: 'sms', name: 'Texts' });
    const [renamed, replaced, made] = await lines({ kind: 'channel', targetId: 'phone:sms' });
    expect(renamed!.changes).toEqual([{ field: 'name', before: 'phone:sms', after: 'Texts' }]);
    expect(replaced!.changes).toEqual([{ field: 'settings.token', secret: 'replaced' }]);
    expect(made!.changes).toContainEqual({ field: 'settings.token', secret: 'set' });
    expect(JSON.stringify([renamed, replaced, made])).not.toMatch(/first secret|second/);
  });
});

describe('a change and its line', () => {
  const refuse = (when: string, how: string) =>
    run(`create or replace function refuse_it() returns trigger language plpgsql as
      'begin if ${when} then ${how}; end if; return new; end'`);

  it('are neither there when the change is not committed', async () => {
    await refuse(`new.code = ''late''`, `raise exception ''too late''`);
    await run(`create constraint trigger refuse_it after insert on team deferrable initially deferred
      for each row execute function refuse_it()`);
    await expect(change.putTeam(by, { code: 'late' })).rejects.toThrow('too late');
    await run('drop trigger refuse_it on team');
    expect((await cache.setup(by.businessId)).teams.has('late')).toBe(false);
    expect(await told({ kind: 'team', targetId: 'late' })).toEqual([]);
    await change.putTeam(by, { code: 'late' });
    expect(await told({ kind: 'team', targetId: 'late' })).toEqual(['team.created late']);
  });

  it('are neither there when the connection dies right after the line was written', async () => {
    await refuse(`new.target_id = ''cut''`, 'perform pg_terminate_backend(pg_backend_pid())');
    await run(
      'create trigger refuse_it after insert on audit_line for each row execute function refuse_it()',
    );
    await expect(change.putTeam(by, { code: 'cut' })).rejects.toThrow();
    await run('drop trigger refuse_it on audit_line');
    expect((await cache.setup(by.businessId)).teams.has('cut')).toBe(false);
    expect(await told({ kind: 'team', targetId: 'cut' })).toEqual([]);
  });
});
