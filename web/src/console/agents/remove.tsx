import { useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { toast } from '../../store/toasts.ts';
import { asLeft, pageAt } from '../address.ts';
import { writeThing } from '../form/thing.ts';
import { Destroy } from '../ui/destroy.tsx';
import { useUses } from '../ui/uses.tsx';
import { type Agent, agentPath } from './agent.ts';

/** Takes an agent away for good; setting one inactive is the way back. */
export function RemoveAgent({ agent, version }: { agent: Agent; version: string | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const uses = useUses();
  const name = agent.displayName || agent.name;
  return (
    <Destroy
      verb={t`Remove the agent`}
      title={t`Remove ${name}?`}
      does={[
        t`This person cannot sign in any more. Password, sign-ins and own canned answers are gone.`,
        t`Customers who belong to this person have no owner then.`,
        t`What was written stays in the conversations, under the code of this person.`,
        t`This cannot be taken back. To take it back later, set the agent inactive instead.`,
      ]}
      explain={uses}
      run={async () => {
        await writeThing('DELETE', agentPath(agent.code), { version });
        go(asLeft(pageAt('set-up', 'agents')));
        toast(t`The agent is removed`);
      }}
    />
  );
}
