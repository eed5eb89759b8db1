import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { call, keyedPatienceMs, newKey } from '../api/http.ts';
import type { Compose, ThreadMessage } from '../api/message-types.ts';
import type { ChosenTemplate, Person } from '../api/types.ts';
import Templates from '../composer/templates.tsx';
import { client } from '../store/client.ts';
import { owner, useNames } from '../store/me.ts';
import { useNow } from '../ui/now.ts';
import { complain } from '../ui/refusals.ts';
import css from './write.module.css';

interface WriteProps {
  person: Person;
  /** It was sent, in this conversation. */
  sent(sessionId: string): void;
  close(): void;
}

/** The first message to somebody with whom there is no conversation: a text where one may be sent, or a template. */
export default function Write({ person, sent, close }: WriteProps) {
  const { t } = useLingui();
  const channel = useNames().channel(person.channelId);
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const [chosen, setChosen] = useState<ChosenTemplate>();
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const send = async (compose: Compose) => {
    if (busy) return;
    setBusy(true);
    const of = JSON.stringify(compose);
    // The same once more is the same message, whatever became of the answer, and whoever looked elsewhere meanwhile.
    const { tried: before, text } = draftOf(person.id);
    const tried = before?.of === of ? before : { of, key: newKey() };
    keep(person.id, { text, tried });
    const path = `/inbox/contacts/${encodeURIComponent(person.id)}/messages`;
    let message: ThreadMessage;
    try {
      message = await call('POST', path, { body: compose, key: tried.key, patienceMs: keyedPatienceMs });
    } catch (error) {
      complain(error);
      setBusy(false);
      return;
    }
    end(person.id, tried);
    // Its event may come when this page is left already.
    void client.invalidateQueries({ queryKey: ['contact-sessions', person.id] });
    // Who has gone on to somebody else is not called back.
    if (isHere.current) sent(message.sessionId);
  };
  const hours = channel?.windowHours;
  const isOpen = hours === undefined || (person.lastInboundAt ?? 0) + hours * 3_600_000 > now;
  if (!channel?.enabled)
    return (
      <p className={css.none} role="status">
        <Trans>The channel of this contact is switched off.</Trans>
      </p>
    );
  return (
    <section className={css.write} aria-label={t`Write a message`} aria-busy={busy}>
      {isOpen && channel.types.includes('text') ? (
        <Text id={person.id} busy={busy} most={channel.maxText} send={send} close={close} />
      ) : (
        <Templates
          channelId={person.channelId}
          previewAt={`/inbox/contacts/${encodeURIComponent(person.id)}/preview`}
          chosen={chosen}
          choose={setChosen}
          send={(template) => void send({ template })}
          close={close}
          isAsked
        />
      )}
    </section>
  );
}

interface Draft {
  text: string;
  /** What was sent last, and its key: nobody may know whether the server has it. */
  tried?: { of: string; key: string };
}

const drafts = new Map<string, Draft>();
const keptAt = (id: string) => `parley.first.${owner()}.${id}`;

/** What was begun is there again after a reload, of this person alone. */
function draftOf(id: string): Draft {
  const known = drafts.get(keptAt(id));
  if (known) return known;
  try {
    return (JSON.parse(localStorage.getItem(keptAt(id)) ?? 'null') as Draft | null) ?? { text: '' };
  } catch {
    return { text: '' };
  }
}

function keep(id: string, draft: Draft): void {
  drafts.set(keptAt(id), draft);
  try {
    if (draft.text === '' && !draft.tried) localStorage.removeItem(keptAt(id));
    else localStorage.setItem(keptAt(id), JSON.stringify(draft));
  } catch {
    // Full, or forbidden: it is there until the window closes.
  }
}

/** It was sent: what is sent from a place that was opened meanwhile is the same message still. */
function end(id: string, tried: Draft['tried']): void {
  keep(id, { text: '' });
  drafts.set(keptAt(id), { text: '', ...(tried && { tried }) });
}

interface TextProps {
  id: string;
  busy: boolean;
  most: number | undefined;
  send(compose: Compose): Promise<void>;
  close(): void;
}

function Text({ id, busy, most, send, close }: TextProps) {
  const { t } = useLingui();
  const [text, setText] = useState(() => draftOf(id).text);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  const submit = () => {
    if (text.trim() !== '') void send({ content: { type: 'text', text: text.trim() } });
  };
  return (
    <form
      className={css.writeForm}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={area}
        dir="auto"
        rows={3}
        maxLength={most}
        readOnly={busy}
        value={text}
        placeholder={t`Your first message`}
        aria-label={t`Your first message`}
        onChange={(event) => {
          setText(event.target.value);
          keep(id, { ...draftOf(id), text: event.target.value });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault();
            event.stopPropagation();
            close();
          } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            submit();
          }
        }}
      />
      <div className={css.writeActs}>
        <Button variant="default" size="xs" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" size="xs" loading={busy} disabled={text.trim() === ''}>
          <Trans>Send</Trans>
        </Button>
      </div>
    </form>
  );
}
