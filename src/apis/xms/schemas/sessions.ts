import { also, dto, free, list, text } from './kit.ts';

export const SessionStatusClose = dto('SessionStatusClose', { sessionId: text('The session.') });

export const SessionQueueAssignment = dto('SessionQueueAssignment', {
  agent: text('Agent to hold it; only in queues of agents.'),
  params: free('Handed to the app that gets the session, as they are.'),
  queue: text('Queue to hold it; may be left out when one of the others is there.'),
  sessionId: text('The session.'),
  skills: list(text(), 'What the agent must be able to do; only in queues of agents.'),
  team: text('Team to hold it; only in queues of agents.'),
  /** Decision D50. */
  note: also(text("Kept in the session's history as a note.")),
});
