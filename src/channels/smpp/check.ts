import { asked, type CheckTools, type Finding, notice, well } from '../check.ts';
import type { Account } from './account.ts';
import { type BindLine, BindRefused, bindToSend } from './bind.ts';

/** The SMSC's status for one who is there already. */
const alreadyBound = 0x05;

/**
 * Binds and ends the bind at once: as transmitter where the settings leave the choice, so that the SMSC brings nothing
 * meanwhile. What it brings to a transceiver is refused for now, and comes again.
 */
export async function check(account: Account, { dial }: CheckTools): Promise<Finding[]> {
  const line: BindLine = {
    dial,
    deliver: () => Promise.reject(new Error('this is a test')),
  };
  return asked({ credentials: 'password', address: 'host', subject: 'systemId' }, async () => {
    try {
      const session = await bindToSend(account, line);
      await session.close();
      return well(`The SMSC takes the bind of ${account.systemId}.`);
    } catch (error) {
      if (!(error instanceof BindRefused) || error.status !== alreadyBound) throw error;
      return notice(`The SMSC has all the binds of ${account.systemId} that it allows.`, {
        field: 'systemId',
        said: error.message,
        cure: 'If they are those of this channel, all is well: look at its connections. Else another program uses this system ID.',
      });
    }
  });
}
