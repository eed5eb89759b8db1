import { access } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/model/ids.ts';
import { mediaPath } from '../../src/pipeline/file-store-disk.ts';
import * as messages from '../../src/store/messages.ts';
import { gate, receiver, takesAll, textsOf } from './receiver.ts';
import { eventually, House, type Running, times } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

const fails = { status: 503, body: { error: 'not now' } };

describe('a message that is deleted', () => {
  it('is gone, and that is told, once', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const sent = await shop.send(box, 'p1');
    const heard = await shop.hear(box, 'p1', 'Hi');
    await shop.settled();
    const caller = await shop.caller();
    expect(await shop.core.deleteMessages(caller, [sent.id, heard.id, newId(), 'no id'])).toEqual([
      sent.id,
      heard.id,
    ]);
    expect(await messages.find(house.db, shop.id, sent.id)).toBeUndefined();
    expect(await shop.core.deleteMessages(caller, [sent.id])).toEqual([]);
    const deleted = await shop.events('message.deleted');
    expect(deleted.map(({ data }) => [data.messageId, data.no, data.session?.id])).toEqual([
      [sent.id, sent.no, sent.sessionId],
      [heard.id, heard.no, heard.sessionId],
    ]);
    // The log keeps what happened.
    expect(await shop.events('message.accepted')).toHaveLength(1);
  });

  it('of another business is not there', async () => {
    const [shop, other] = [await house.business(running), await house.business(running)];
    const { id } = await shop.send(await shop.sandbox(), 'p');
    expect(await other.core.deleteMessages(await other.caller(), [id])).toEqual([]);
    expect(await shop.message(id)).toBeDefined();
  });

  it('is refused to a key that may only read', async () => {
    const shop = await house.business(running);
    const { id } = await shop.send(await shop.sandbox(), 'p');
    const caller = { ...(await shop.caller()), scope: 'read' as const };
    await expect(shop.core.deleteMessages(caller, [id])).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('is never sent when it still waited, and those behind it go on', async () => {
    const outside = await receiver((call) =>
      JSON.stringify(call.body).includes('stuck') ? fails : takesAll(call),
    );
    const shop = await house.business(running);
    const lane = await shop.connector('wavering', outside.url);
    const stuck = await shop.send(lane, 'p', 'stuck');
    // It failed, and waits for its next try.
    await eventually(async () => (await shop.message(stuck.id)).failure !== undefined);
    const [never, next] = [await shop.send(lane, 'p', 'never'), await shop.send(lane, 'p', 'next')];
    await eventually(async () => {
      const [row] = await house.sql(`select due_at = 'infinity' as parked from message where id = $1`, [
        next.id,
      ]);
      return row!.parked;
    });
    const gone = await shop.core.deleteMessages(await shop.caller(), [never.id, stuck.id]);
    expect(gone.sort()).toEqual([stuck.id, never.id].sort());
    await shop.reaches(next.id, 'SENTX');
    await shop.settled();
    expect(textsOf(outside).filter((text) => text !== 'stuck')).toEqual(['next']);
    await outside.close();
  });

  it('is never sent when its time had not come', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const later = await shop.send(box, 'p', 'later', { sendAt: Date.now() + 3_600_000 });
    await shop.core.deleteMessages(await shop.caller(), [later.id]);
    await shop.settled();
    expect(await shop.messages()).toEqual([]);
  });

  it('is left while it is being sent: a conflict for who asks for that, else skipped, be it the only one', async () => {
    const door = gate();
    const outside = await receiver(async (call) => {
      await door.passed;
      return takesAll(call);
    });
    const shop = await house.business(running);
    const lane = await shop.connector('slow', outside.url);
    const caller = await shop.caller();
    const first = await shop.send(lane, 'p', 'first');
    await eventually(() => outside.open === 1);
    const second = await shop.send(lane, 'p', 'second');
    await expect(shop.core.deleteMessages(caller, [first.id], { refuseBusy: true })).rejects.toMatchObject({
      kind: 'conflict',
      details: [{ code: 'BEING_SENT' }],
    });
    expect(await shop.core.deleteMessages(caller, [first.id])).toEqual([]);
    expect(await shop.core.deleteMessages(caller, [first.id, second.id])).toEqual([second.id]);
    door.open();
    await shop.reaches(first.id, 'SENTX');
    expect(await shop.core.deleteMessages(caller, [first.id])).toEqual([first.id]);
    expect(textsOf(outside)).toEqual(['first']);
    await outside.close();
  });

  it('comes back by nothing that is told of it later: the outcome, receipts', async () => {
    const door = gate();
    const outside = await receiver(async (call) => {
      await door.passed;
      return takesAll(call);
    });
    const shop = await house.business(running);
    const lane = await shop.connector('late', outside.url);
    const { id } = await shop.send(lane, 'p', 'frozen');
    await eventually(() => outside.open === 1);
    const next = await shop.send(lane, 'p', 'next');
    // Whoever sends it is taken for dead; it may have claimed it again in between.
    await eventually(async () => {
      await house.sql(`update message set lease_until = now() - interval '1 s' where id = $1`, [id]);
      expect(await shop.core.deleteMessages(await shop.caller(), [id])).toEqual([id]);
    });
    door.open();
    await shop.reaches(next.id, 'SENTX');
    const receipts = [`ext-${id}`, `ext-${next.id}`].map((providerId) => ({
      providerId,
      status: 'READ' as const,
      timestamp: Date.now(),
    }));
    await shop.receive(lane, { receipts });
    await shop.reaches(next.id, 'READ');
    expect((await shop.messages()).map((message) => message.id)).toEqual([next.id]);
    const told = (await shop.events('message.status')).map(({ data }) => data.messageId);
    expect(new Set(told)).toEqual(new Set([next.id]));
    await outside.close();
  });

  it('takes the file along that came with it, fetched or not', async () => {
    const door = gate();
    const files = await receiver(async ({ path }) => {
      if (path === '/slow') await door.passed;
      return { body: { some: 'bytes' } };
    });
    const shop = await house.business(running);
    const lane = await shop.connector('files', files.url);
    const picture = (name: string) =>
      shop.hear(lane, 'p', '', { content: { type: 'image', media: { link: `${files.url}/${name}` } } });
    const fast = await picture('fast');
    const fastId = fast.content.media!.id!;
    await eventually(() => access(mediaPath(house.mediaDir, fastId)).then(() => true));
    await eventually(async () => (await shop.core.findFile(shop.id, fastId))?.state === 'stored');
    const slow = await picture('slow');
    const slowId = slow.content.media!.id!;
    await eventually(() => files.calls.some(({ path }) => path === '/slow'));
    const caller = await shop.caller();
    expect(await shop.core.deleteMessages(caller, [fast.id, slow.id])).toHaveLength(2);
    door.open();
    expect(await shop.core.findFile(shop.id, fastId)).toBeUndefined();
    for (const id of [fastId, slowId])
      await eventually(() =>
        access(mediaPath(house.mediaDir, id)).then(
          () => false,
          () => true,
        ),
      );
    await files.close();
  });

  it('is one of at most a thousand', async () => {
    const shop = await house.business(running);
    const ids = times(1001, () => newId());
    await expect(shop.core.deleteMessages(await shop.caller(), ids)).rejects.toMatchObject({
      kind: 'invalid',
    });
  });
});
