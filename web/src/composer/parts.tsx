import { Trans, useLingui } from '@lingui/react/macro';
import {
  IconBolt,
  IconMicrophone,
  IconMoodSmile,
  IconPaperclip,
  IconSignature,
  IconTemplate,
  IconVariable,
  IconX,
} from '@tabler/icons-react';
import { memo } from 'react';
import type { Mode, ThreadMessage } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { typeWords } from '../list/words.ts';
import { useMe, useNames } from '../store/me.ts';
import { claimSession } from '../thread/deeds.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useWidth } from '../ui/width.ts';
import css from './composer.module.css';
import type { Tool } from './tool.ts';

interface TabProps {
  mode: Mode;
  now: Mode;
  choose(mode: Mode): void;
  hasDraft: boolean;
  children: React.ReactNode;
}

export function Tab({ mode, now, choose, hasDraft, children }: TabProps) {
  const { t } = useLingui();
  return (
    <button
      type="button"
      role="tab"
      aria-selected={mode === now}
      tabIndex={mode === now ? 0 : -1}
      className={css.tab}
      data-mode={mode}
      onClick={() => choose(mode)}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
        choose(mode === 'reply' ? 'note' : 'reply');
        currentTarget.parentElement?.querySelector<HTMLElement>('[role="tab"][tabindex="-1"]')?.focus();
      }}
    >
      {children}
      {hasDraft && <span className={css.dot} role="img" aria-label={t`has a draft`} />}
    </button>
  );
}

/** Offers to take a conversation that nobody holds, once one begins to answer. */
export function Claim({ session, isWriting }: { session: InboxSession; isWriting: boolean }) {
  const names = useNames();
  const mine = useMe().agent.code;
  if (!isWriting || session.agent === mine) return null;
  const holder = names.agentName(session.agent);
  return (
    <p className={css.claim}>
      {session.agent ? (
        <span>
          <Trans>
            <bdi>{holder}</bdi> is assigned to this conversation.
          </Trans>
        </span>
      ) : (
        <>
          <span className="one-line">
            <Trans>Nobody is assigned to this conversation.</Trans>
          </span>
          <button type="button" onClick={() => void claimSession(session.id)}>
            <Trans>Take it</Trans>
          </button>
        </>
      )}
    </p>
  );
}

export function ReplyBar({ message, end }: { message: ThreadMessage; end(): void }) {
  const { t, i18n } = useLingui();
  const word = typeWords[message.content.type];
  return (
    <div className={css.replyBar}>
      <span className="one-line" dir="auto">
        {message.content.text || message.content.media?.caption || (word ? i18n._(word) : '')}
      </span>
      <IconButton label={t`Cancel the reply`} size="small" onClick={end}>
        <IconX size={14} />
      </IconButton>
    </div>
  );
}

interface ToolsProps {
  mode: Mode;
  tool: string | undefined;
  setTool(tool: Tool | undefined): void;
  /** Offers what a sign leads to, as if it was typed. */
  offer(sign: '/' | '{'): void;
  attach(): void;
  sign(): void;
  isMail: boolean;
}

/** What can be put into the text. Not drawn anew with each key. */
export const Tools = memo(function Tools(props: ToolsProps) {
  const { mode, tool, setTool, offer, attach, sign, isMail } = props;
  const { t } = useLingui();
  const isReply = mode === 'reply';
  const small = useWidth() === 'phone';
  return (
    <>
      {isReply && (
        <>
          <IconButton label={t`Attach a file`} side="top" onClick={attach}>
            <IconPaperclip size={19} />
          </IconButton>
          <IconButton label={t`Template`} act="template" side="top" onClick={() => setTool('template')}>
            <IconTemplate size={19} />
          </IconButton>
          <IconButton label={t`Quick reply`} keys="Slash" side="top" onClick={() => offer('/')}>
            <IconBolt size={19} />
          </IconButton>
        </>
      )}
      {isReply && !small && (
        <IconButton label={t`Variable`} side="top" onClick={() => offer('{')}>
          <IconVariable size={19} />
        </IconButton>
      )}
      <IconButton
        label={t`Emoji`}
        side="top"
        expanded={tool === 'emoji'}
        onClick={() => setTool(tool === 'emoji' ? undefined : 'emoji')}
      >
        <IconMoodSmile size={19} />
      </IconButton>
      {/* Where there is room for one of the two: letters are signed, and chats are spoken. */}
      {isReply && (!small || isMail) && (
        <IconButton label={t`Signature`} side="top" onClick={sign}>
          <IconSignature size={19} />
        </IconButton>
      )}
      {isReply && (!small || !isMail) && (
        <IconButton label={t`Voice message`} side="top" onClick={() => setTool('voice')}>
          <IconMicrophone size={19} />
        </IconButton>
      )}
    </>
  );
});
