import { useLingui } from '@lingui/react/macro';
import type { ThreadMessage } from '../api/message-types.ts';
import { useNames } from '../store/me.ts';
import { apart, Sentence } from '../text/sentence.tsx';
import { clock, moment } from '../theme/format.ts';
import css from './thread.module.css';

/** What happened to the conversation, in a sentence between the messages. */
export function SystemLine({ message }: { message: ThreadMessage }) {
  return (
    <p className={css.system}>
      <span dir="auto">
        <Sentence text={useSentenceOf(message)} />
      </span>{' '}
      <time className="numbers">{clock(message.at)}</time>
    </p>
  );
}

function useSentenceOf({ system, content }: ThreadMessage): string {
  const { t } = useLingui();
  const names = useNames();
  if (!system) return content.text ?? '';
  const by = system.by && apart(names.agentName(system.by));
  const agent = system.agent && apart(names.agentName(system.agent));
  const queue = system.queue && apart(names.queueName(system.queue));
  const team = system.team && apart(names.teamName(system.team));
  switch (system.event) {
    case 'opened':
      return t`Conversation began`;
    case 'assigned':
      if (agent) return by && by !== agent ? t`${by} assigned it to ${agent}` : t`Assigned to ${agent}`;
      return team ? t`Waiting for ${team}` : t`Nobody is assigned now`;
    case 'routed':
      return t`Assigned to ${queue}`;
    case 'resolved':
      return by ? t`Resolved by ${by}` : t`Resolved`;
    case 'reopened':
      return by ? t`Reopened by ${by}` : t`Reopened`;
    case 'closed':
      return system.reason === 'inactivity'
        ? t`Closed: nobody wrote for long`
        : by
          ? t`Closed by ${by}`
          : t`Closed`;
    case 'snoozed': {
      const until = system.until ? moment(system.until) : '';
      return by ? t`${by} snoozed it until ${until}` : t`Snoozed until ${until}`;
    }
    case 'woken':
      return system.reason === 'message' ? t`Back from snooze: the customer wrote` : t`Snooze ended`;
    default:
      return content.text ?? system.event;
  }
}
