import { type Finding, notice, well } from '../check.ts';
import type { WebAccount } from './account.ts';

/** There is no provider: what can be wrong stands in the settings. */
export async function check({ origins = [], enforce, identitySecret }: WebAccount): Promise<Finding[]> {
  const findings = [well('Web chat is served by this server: nobody else has to let it in.')];
  if (origins.length === 0)
    findings.push(
      notice('Only pages of this server itself may show the widget yet.', {
        field: 'origins',
        cure: 'Enter the origins of your pages, such as https://shop.example.',
      }),
    );
  if (enforce && !identitySecret)
    findings.push(
      notice('Only signed-in people may chat, and nobody can be signed in without an identity secret.', {
        field: 'identitySecret',
        cure: 'Enter a secret, and have your server sign with it; or let everybody chat.',
      }),
    );
  return findings;
}
