import { asked, type CheckTools, type Finding, notice, well } from '../check.ts';
import type { CustomAccount } from './account.ts';

/**
 * Connects to the connector, and hangs up: its contract has no question that is not a message. The certificate is
 * looked at, where there is one.
 */
export async function check({ url }: CustomAccount, { dial }: CheckTools): Promise<Finding[]> {
  return asked({ address: 'url', subject: 'url' }, async () => {
    const { protocol, hostname, port } = new URL(url);
    const secure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const target = { host, port: Number(port || (secure ? 443 : 80)) };
    const socket = await dial({ ...target, ...(secure && { tls: { servername: host } }) });
    // What it says while it dies is of no interest.
    socket.on('error', () => {});
    socket.destroy();
    return [
      well(`Somebody listens at ${target.host}, port ${target.port}.`),
      notice('Whether the connector takes the verify token, only a message can tell.', {
        cure: 'Send one to yourself.',
      }),
    ];
  });
}
