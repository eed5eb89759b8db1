import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconCircleCheck, IconFilterOff, IconInbox } from '@tabler/icons-react';
import { useSearch } from 'wouter';
import { useGo } from '../shell/go.ts';
import { isSimulating, toggleSimulator } from '../simulator/where.ts';
import { type Names, useMe, useNames } from '../store/me.ts';
import type { Filter } from '../store/sessions.ts';
import { apart, Sentence } from '../text/sentence.tsx';
import { Empty } from '../ui/states.tsx';
import { useWidth } from '../ui/width.ts';
import { isNarrowed } from './filter.ts';

interface Words {
  title: MessageDescriptor;
  /** When something stands there. */
  text: MessageDescriptor;
}

const states: Partial<Record<Filter['state'], Words>> = {
  snoozed: {
    title: msg`Nothing is snoozed`,
    text: msg`A conversation that is put off rests here until its time comes, or the customer writes.`,
  },
  resolved: {
    title: msg`Nothing is resolved yet`,
    text: msg`Conversations stay here once they are resolved. They open again when the customer writes.`,
  },
  closed: {
    title: msg`Nothing is closed yet`,
    text: msg`What is closed for good can be read here. It does not open again.`,
  },
};

const views: Partial<Record<Filter['view'], Words>> = {
  mine: {
    title: msg`You are all caught up`,
    text: msg`Conversations that you take, or that are assigned to you, appear here.`,
  },
  unassigned: {
    title: msg`Everything is assigned`,
    text: msg`Conversations that nobody is assigned to wait here.`,
  },
  mentions: {
    title: msg`Nobody has mentioned you`,
    text: msg`A conversation appears here when a colleague mentions you in a note, with @ and your name.`,
  },
};

/** Why the list is empty, and what to do: what was searched for is not there, everything is done, or nothing came yet. */
export function Nothing({ filter, reset }: { filter: Filter; reset(): void }) {
  const { t, i18n } = useLingui();
  const names = useNames();
  const words = states[filter.state] ?? views[filter.view] ?? ofOne(filter, names);
  if (isNarrowed(filter))
    return (
      <Empty
        icon={<IconFilterOff size={26} />}
        title={t`The filter hides everything`}
        act={
          <Button size="xs" variant="light" onClick={reset}>
            <Trans>Show all</Trans>
          </Button>
        }
      >
        <Trans>No conversation fits what you filter by.</Trans>
      </Empty>
    );
  if (!words) return <NothingYet />;
  const isDone = filter.state === 'open' && (filter.view === 'mine' || filter.view === 'unassigned');
  return (
    <Empty
      icon={isDone ? <IconCircleCheck size={26} /> : <IconInbox size={26} />}
      title={i18n._(words.title)}
      act={
        <Button size="xs" variant="light" onClick={reset}>
          <Trans>Look at all conversations</Trans>
        </Button>
      }
    >
      <Sentence text={i18n._(words.text)} />
    </Empty>
  );
}

/** Of the one list that is named by what it holds; undefined: it holds all conversations. */
function ofOne({ queue, team, agent, channel, tag }: Filter, names: Names): Words | undefined {
  if (queue !== undefined) {
    const name = apart(names.queueName(queue));
    return { title: msg`This queue is empty`, text: msg`Open conversations in ${name} appear here.` };
  }
  if (team !== undefined || agent !== undefined) {
    const name = apart(team !== undefined ? names.teamName(team) : names.agentName(agent));
    return {
      title: msg`Nothing is assigned here`,
      text: msg`Open conversations that are assigned to ${name} appear here.`,
    };
  }
  if (channel !== undefined) {
    const name = apart(names.channel(channel)?.name || channel);
    return {
      title: msg`No open conversations on this channel`,
      text: msg`As soon as a customer writes over ${name}, it appears here.`,
    };
  }
  if (tag === undefined) return undefined;
  const name = apart(names.tag(tag)?.name ?? '');
  return {
    title: msg`No open conversations with this tag`,
    text: msg`Open conversations with customers who have the tag ${name} appear here.`,
  };
}

/** Of all conversations there is none: the one who looks is asked to begin. */
function NothingYet() {
  const { t } = useLingui();
  const { channels } = useNames();
  const search = useSearch();
  const go = useGo();
  const { rights } = useMe();
  // Elsewhere the button stands beside the list, where no conversation is open.
  const isAlone = useWidth() === 'phone';
  const mayTry = channels.some(({ sandbox, type }) => sandbox || type === 'dummy') && !isSimulating(search);
  return (
    <Empty
      icon={<IconInbox size={26} />}
      title={t`No conversations here`}
      act={
        mayTry && isAlone ? (
          <Button size="xs" variant="light" onClick={() => toggleSimulator(go)}>
            <Trans>Open the simulator</Trans>
          </Button>
        ) : (
          channels.length === 0 &&
          rights.setup && (
            <Button size="xs" variant="light" onClick={() => go('/console/set-up/channels')}>
              <Trans>Set up a channel</Trans>
            </Button>
          )
        )
      }
    >
      {mayTry ? (
        <Trans>
          As soon as a customer writes, it appears here. To try it, open the simulator and write as one.
        </Trans>
      ) : (
        <Trans>As soon as a customer writes, it appears here.</Trans>
      )}
    </Empty>
  );
}
