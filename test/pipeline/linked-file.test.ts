import { afterEach, expect, it, vi } from 'vitest';
import type { Call } from '../../src/channels/channel.ts';
import { fillFrom } from '../../src/pipeline/linked-file.ts';

afterEach(() => vi.useRealTimers());

it('a link that leads on and on has no more time than one that does not', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const times: number[] = [];
  const call: Call = async ({ timeoutMs }) => {
    times.push(timeoutMs!);
    vi.advanceTimersByTime(2000);
    return { status: 302, headers: { location: '/on' }, body: Buffer.alloc(0), json: () => undefined };
  };
  const fetching = fillFrom({ call }, 'https://shop.example/goods', 5000)(async () => {});
  await expect(fetching).rejects.toMatchObject({ failure: { class: 'CONTENT_REJECTED', code: '302' } });
  expect(times).toEqual([5000, 3000, 1000, 1]);
});
