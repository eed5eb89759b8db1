import { useLingui } from '@lingui/react/macro';
import { asLeft, pageAt } from '../address.ts';
import { Remove } from '../ui/remove.tsx';
import { type Agent, agentPath } from './agent.ts';

/** Takes an agent away for good; setting one inactive is the way back. */
export function RemoveAgent({ agent, version }: { agent: Agent; version: string | undefined }) {
  const { t } = useLingui();
  const name = agent.displayName || agent.name;
  return (
    <Remove
      verb={t`Remove the agent`}
      title={t`Remove ${name}?`}
      does={[
        t`This person cannot sign in any more. Password, sign-ins and own canned answers are gone.`,
        t`Customers who belong to this person have no owner then.`,
        t`What was written stays in the conversations, under the code of this person.`,
        t`This cannot be taken back. To take it back later, set the agent inactive instead.`,
      ]}
      path={agentPath(agent.code)}
      version={version}
      back={asLeft(pageAt('set-up', 'agents'))}
      gone={t`The agent is removed`}
    />
  );
}
