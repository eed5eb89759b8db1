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
