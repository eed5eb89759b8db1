import type { By } from './audit.ts';
import { type ChannelHealth, channelHealth } from './channel-health.ts';
import {
  type ChannelTestDeps,
  type ChannelTested,
  type ChannelTestRequest,
  makeChannelTest,
} from './channel-test.ts';

/** How channels fare, and tests of them. */
export interface Channels {
  /** How the channels of a business fare, by id. */
  health(businessId: number): Promise<Map<string, ChannelHealth>>;
  /**
   * Asks the provider of a channel something harmless, and says what is wrong. Throws `Problem` for settings that could
   * not be saved, `notFound` for a channel that there is not, `tooMany`.
   */
  test(by: By, request: ChannelTestRequest): Promise<ChannelTested>;
}

export function makeChannels(deps: ChannelTestDeps): Channels {
  const { ctx, tools } = deps;
  return {
    health: (businessId) => channelHealth({ ...ctx, seal: tools.seal }, businessId),
    test: makeChannelTest(deps),
  };
}
