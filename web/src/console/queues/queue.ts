import { useLingui } from '@lingui/react/macro';

/** A queue as the API tells it. */
export interface Queue {
  code: string;
  name: string;
  type: 'AGENT' | 'BOT';
  /** Code of the app that answers. */
  app?: string;
  isDefault: boolean;
}

export const queuePath = (code: string) => `/queues/${encodeURIComponent(code)}`;

/** The queue of agents that every business has. */
export const agentDesk = 'agent_desk';

/** Who answers in a queue of a type. */
export function useTypeWords(): Record<Queue['type'], string> {
  const { t } = useLingui();
  return { AGENT: t`Agents`, BOT: t`A program` };
}
