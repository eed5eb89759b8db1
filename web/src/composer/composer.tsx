import { Trans, useLingui } from '@lingui/react/macro';
import { IconLock } from '@tabler/icons-react';
import { type ClipboardEvent, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { Mode, TemplateUse } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { tellTyping } from '../live/socket.ts';
import { focusComposer } from '../shell/ui-state.ts';
import { draftOf, endDraft } from '../store/drafts.ts';
import { useNames } from '../store/me.ts';
import { send } from '../store/outbox.ts';
import { quotedBefore as leftBefore, quote, quoted } from '../store/quoted.ts';
import { usePart, useSignal } from '../store/signal.ts';
import { markRead } from '../thread/reading.ts';
import { useDrops } from '../ui/drops.ts';
import { Later, patient } from '../ui/later.tsx';
import { useStable } from '../ui/stable.ts';
import { Attachments, chooseFiles, useAttachments } from './attachments.tsx';
import css from './composer.module.css';
import { Count } from './count.tsx';
import { useChosen, useDraft, useInsert, useTemplateOpen, useWindowOpen } from './draft.ts';
import { attach } from './files.ts';
import { useFocusInside, useKeptInSight } from './focus.ts';
import { useHeld } from './held.tsx';
import { filesIn, useIncoming } from './incoming.ts';
import { useComposerActs, useKeys } from './keys.ts';
import { OtherDraft } from './other-draft.tsx';
import { Claim, ReplyBar, Tab, Tools } from './parts.tsx';
import { type Afterwards, sendAll } from './send-all.ts';
import { SendButton } from './send-button.tsx';
import { useSignature } from './signature.ts';
import { Suggestions, useSuggestions } from './suggestions.tsx';
import { useTool } from './tool.ts';

const Emoji = patient(() => import('./emoji.tsx'));
const Templates = patient(() => import('./templates.tsx'));
const TimeModal = patient(() => import('../thread/time-modal.tsx'));
const Voice = patient(() => import('./voice.tsx'));

interface ComposerProps {
  session: InboxSession;
  lastSeen(): string | undefined;
}

/** Where an answer or a note is written. Each has a draft of its own. */
export function Composer({ session, lastSeen }: ComposerProps) {
  const { t } = useLingui();
  const [mode, setMode] = useState<Mode>(() =>
    draftOf(session.id, 'reply')?.text || !draftOf(session.id, 'note')?.text ? 'reply' : 'note',
  );
  const area = useRef<HTMLTextAreaElement>(null);
  const box = useRef<HTMLElement>(null);
  const [text, setText] = useDraft(session.id, mode);
  const [chosen, chooseTemplate] = useChosen(session.id);
  const { tool, isAsked, open: setTool, close: closeTool } = useTool(session.id, chosen, text);
  const [picking, setPicking] = useState(false);
  const channel = useNames().channel(session.channelId);
  const attachments = useAttachments(session.id);
  const replyTo = usePart(quoted, (all) => all[session.id]);
  const isOpen = useWindowOpen(session);
  const template = useTemplateOpen({ sessionId: session.id, box, isOpen, mode, tool });
  const { isChoosing } = template;
  useKeptInSight(area);
  useFocusInside(box, area, isChoosing ? 'template' : (tool ?? 'field'));
  const { insert, rewrite } = useInsert(area, setText);
  const isMail = session.contact.type === 'EMAIL';
  const signature = useSignature({ area, text, mode, isMail, rewrite });
  const suggestions = useSuggestions({ area, text, setText, rewrite, mode, session });
  const offer = useStable(suggestions.open);
  const wanted = useSignal(focusComposer);
  useEffect(() => {
    if (!wanted || Date.now() - wanted.at > 1000) return;
    if (wanted.mode) setMode(wanted.mode);
    requestAnimationFrame(() => area.current?.focus());
  }, [wanted]);
  const quotedBefore = useRef(replyTo);
  useEffect(() => {
    // One that waited here is no reason to go there.
    if (replyTo && replyTo !== quotedBefore.current && !leftBefore.has(replyTo)) {
      setMode('reply');
      area.current?.focus();
    }
    quotedBefore.current = replyTo;
  }, [replyTo]);
  const endReply = () => quote(session.id, undefined);
  const leave = (which: 'template' | 'voice') => {
    if (which === 'template') template.leave();
    closeTool(which);
  };
  const take = useIncoming({ session, mode, isOpen, show: () => leave('template') });
  const choose = useCallback(() => chooseFiles(take), [take]);
  const over = useDrops(take);
  const [held, why] = useHeld({ mode, text, attachments });
  const submit = useStable((more: Afterwards & { sendAt?: number } = {}) => {
    if (held()) return false;
    const seen = lastSeen();
    const sent = sendAll({ session, mode, text, seen, replyTo, ...more });
    if (!sent) return false;
    setText('');
    endDraft(session.id, mode);
    if (mode === 'reply') answered(seen);
    else if (session.mentioned) void markRead(session.id, seen);
    tellTyping(session.id, false);
    area.current?.focus();
    return true;
  });
  /** What was quoted is, and what was on the screen has been read. */
  const answered = (seen: string | undefined) => {
    endReply();
    if (session.unread > 0 || session.mentioned) void markRead(session.id, seen);
  };
  const sendTemplate = (use: TemplateUse) => {
    const seen = lastSeen();
    const about = { ...(seen !== undefined && { seen }), ...(replyTo && { replyTo: replyTo.id }) };
    send({ sessionId: session.id, mode: 'reply', compose: { template: use, ...about } });
    chooseTemplate(undefined);
    leave('template');
    answered(seen);
  };
  const schedule = useCallback(() => setPicking(true), []);
  useComposerActs({ setTool, setMode, submit });
  const onKeyDown = useKeys({ submit, suggestions, area });
  const isEmpty = text.trim() === '' && !(mode === 'reply' && attachments.isReady);
  return (
    <section
      ref={box}
      tabIndex={-1}
      onFocus={({ target, currentTarget }) => target === currentTarget && area.current?.focus()}
      className={css.composer}
      data-mode={mode}
      data-choosing={isChoosing || undefined}
      aria-label={mode === 'note' ? t`Write a note` : t`Write a reply`}
      data-region="composer"
      data-over={over || undefined}
    >
      <Claim session={session} isWriting={text !== '' && mode === 'reply'} />
      <div className={css.tabs} role="tablist" aria-label={t`Reply or note`}>
        <Tab
          mode="reply"
          now={mode}
          choose={setMode}
          hasDraft={mode !== 'reply' && !!draftOf(session.id, 'reply')?.text}
        >
          <Trans>Reply</Trans>
        </Tab>
        <Tab
          mode="note"
          now={mode}
          choose={setMode}
          hasDraft={mode !== 'note' && !!draftOf(session.id, 'note')?.text}
        >
          <IconLock size={13} /> <Trans>Note</Trans>
        </Tab>
        {mode === 'note' && (
          <span className={css.hint}>
            <Trans>Only colleagues see it. @ calls one.</Trans>
          </span>
        )}
      </div>
      <OtherDraft sessionId={session.id} mode={mode} area={area} />
      {replyTo && mode === 'reply' && <ReplyBar message={replyTo} end={endReply} />}
      {mode === 'reply' && isOpen && <Attachments sessionId={session.id} all={attachments.all} />}
      {isChoosing ? (
        <Suspense fallback={<div className={css.waiting} />}>
          <Templates
            channelId={session.channelId}
            previewAt={`/inbox/sessions/${session.id}/preview`}
            chosen={chosen}
            choose={chooseTemplate}
            send={sendTemplate}
            hasOpened={template.wasClosed}
            isAsked={isOpen && isAsked}
            {...(isOpen && { close: () => leave('template') })}
          />
        </Suspense>
      ) : tool === 'voice' ? (
        <Suspense fallback={<div className={css.waiting} />}>
          <Voice
            close={() => setTool(undefined)}
            done={(file) => {
              attach(session.id, channel, [file]);
              leave('voice');
            }}
          />
        </Suspense>
      ) : (
        <>
          <div className={css.field}>
            <Suggestions suggestions={suggestions} />
            <textarea
              ref={area}
              dir="auto"
              rows={2}
              value={text}
              className={css.area}
              placeholder={
                mode === 'note' ? t`A note for colleagues` : t`Write a reply, or / for a quick reply`
              }
              aria-label={mode === 'note' ? t`Note` : t`Reply`}
              onChange={(event) => {
                setText(event.target.value);
                signature.typed((event.nativeEvent as InputEvent).isComposing);
                if (mode === 'reply') tellTyping(session.id, event.target.value !== '');
              }}
              onKeyDown={onKeyDown}
              onPaste={(event: ClipboardEvent) => {
                const files = filesIn(event.clipboardData);
                if (files.length === 0) return;
                event.preventDefault();
                take(files);
              }}
              {...signature.field}
              {...suggestions.field}
            />
          </div>
          {why}
          <div className={css.tools}>
            <Tools
              mode={mode}
              tool={tool}
              setTool={setTool}
              offer={offer}
              attach={choose}
              sign={signature.sign}
              isMail={isMail}
            />
            {tool === 'emoji' && (
              <Suspense fallback={null}>
                <Emoji
                  close={() => setTool(undefined)}
                  choose={(emoji) => {
                    insert(emoji);
                    setTool(undefined);
                  }}
                />
              </Suspense>
            )}
            <span className={css.gap} />
            <Count text={text} session={session} mode={mode} />
            <SendButton
              mode={mode}
              disabled={isEmpty || (mode === 'reply' && attachments.busy)}
              submit={submit}
              schedule={schedule}
            />
          </div>
        </>
      )}
      <Later wanted={picking}>
        {(opened) => (
          <TimeModal
            opened={opened}
            title={t`Send later`}
            close={() => setPicking(false)}
            choose={(sendAt) => submit({ sendAt })}
          />
        )}
      </Later>
    </section>
  );
}
