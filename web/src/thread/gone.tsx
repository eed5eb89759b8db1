import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconLock, IconMessageOff, IconUserShare } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { ApiError, call } from '../api/http.ts';
import { useMe, useNames } from '../store/me.ts';
import { apart, Sentence } from '../text/sentence.tsx';
import { moment } from '../theme/format.ts';
import { Empty, useSentence } from '../ui/states.tsx';
import css from './unsent.module.css';
import { Unsent } from './unsent.tsx';

/** True for an error that says of a conversation that it is not there, or not for the one who asks. */
export const isRefused = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 404 || error.status === 403);

/** Who has a conversation that was ours to see. */
interface Handed {
  queue: string;
  agent?: string;
  team?: string;
  at?: number;
  by?: string;
}

interface GoneProps {
  sessionId: string;
  error: ApiError;
  back: (() => void) | undefined;
  /** It went away under the eyes of who reads or writes in it. */
  wasHere: boolean;
}

/** Why a conversation is not shown: who has it now, or which right is missing; and what one wrote for it. */
export function Gone({ sessionId, error, back, wasHere }: GoneProps) {
  const { t } = useLingui();
  const { rights } = useMe();
  const sentence = useSentence();
  const { data: handed } = useQuery({
    queryKey: ['holder', sessionId],
    queryFn: () => call<Handed>('GET', `/inbox/sessions/${sessionId}/holder`),
    enabled: !rights.seesAll,
    retry: false,
    staleTime: 0,
  });
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // Who was in the middle of a word goes on with it: keys that fall on the page would be taken for acts.
    if (!wasHere || document.activeElement !== document.body) return;
    const box = field.current;
    if (!box) return document.getElementById('thread')?.focus({ preventScroll: true });
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }, [wasHere]);
  const act = back && (
    <Button size="xs" variant="light" onClick={back}>
      <Trans>Back to the list</Trans>
    </Button>
  );
  let why: ReactNode;
  if (error.status === 404 && rights.seesAll)
    why = (
      <Empty icon={<IconMessageOff size={26} />} title={t`There is no such conversation`} act={act}>
        <Trans>The address is wrong, or it is a conversation of another business.</Trans>
      </Empty>
    );
  else if (handed) why = <HandedOn handed={handed} act={act} />;
  else
    why = (
      <Empty icon={<IconLock size={26} />} title={t`This conversation is not yours to see`} act={act}>
        {error.status === 403 ? (
          sentence(error)
        ) : (
          <Trans>
            You see the conversations that you hold, those of your teams and queues, and what waits there. A
            supervisor sees all of them, and can assign this one to you.
          </Trans>
        )}
      </Empty>
    );
  return (
    <div className={css.gone}>
      {why}
      <Unsent sessionId={sessionId} field={field} />
    </div>
  );
}

function HandedOn({ handed: { agent, team, queue, at, by }, act }: { handed: Handed; act: ReactNode }) {
  const { t } = useLingui();
  const names = useNames();
  const who = apart(agent ? names.agentName(agent) : team ? names.teamName(team) : names.queueName(queue));
  const when = at === undefined ? '' : moment(at);
  const whose = by !== undefined && by !== agent ? apart(names.agentName(by)) : undefined;
  return (
    <Empty
      icon={<IconUserShare size={26} />}
      title={
        <Sentence
          text={agent ? t`${who} has this conversation now` : t`This conversation is with ${who} now`}
        />
      }
      act={act}
    >
      {at !== undefined && (
        <Sentence text={whose === undefined ? t`Since ${when}.` : t`${whose} handed it over: ${when}.`} />
      )}
    </Empty>
  );
}
