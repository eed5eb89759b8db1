import type { Message } from '../protocol.ts';
import type { Draft, State } from '../state.ts';
import { fill, useAround } from './context.ts';
import { Face } from './header.tsx';
import { Icon } from './icon.tsx';
import { usePart } from './part.ts';
import { Text } from './text.tsx';

/** One message. `follows`: it continues what its writer said before. */
export function Bubble({
  message,
  draft,
  follows,
  now,
}: {
  message: Message;
  draft?: Draft;
  follows: boolean;
  now: State;
}) {
  const { words } = useAround().tongue;
  const { dir, from, type, heading, text, footer, press } = message;
  const { media, location, cards, buttons } = message;
  const content = usePart(!!(media ?? location ?? cards ?? buttons), () => import('./content.tsx'));
  if (type === 'system') return <p class="system">{text}</p>;
  const reactions = now.messages.filter(({ reaction }) => reaction?.to === message.id && reaction.emoji);
  const name = from?.name;
  const said = press?.label ?? text;
  return (
    <div class={`row ${dir} ${follows ? 'follows' : ''}`}>
      {dir === 'out' && !follows && name && (
        <p class="from">
          <Face name={name} address={from?.avatar} />
          <bdi>{name}</bdi>
        </p>
      )}
      <div class={draft?.state === 'failed' ? 'bubble broken' : 'bubble'}>
        {dir === 'in' && <span class="hidden">{words.you}: </span>}
        {!press && <Quote id={message.replyTo} now={now} />}
        {heading && <b dir="auto">{heading}</b>}
        {content && <content.Content message={message} draft={draft} />}
        {said && <Text text={said} />}
        {media?.caption && <Text text={media.caption} />}
        {type === 'unsupported' && <p>{words.unsupported}</p>}
        {footer && (
          <small class="footer" dir="auto">
            {footer}
          </small>
        )}
        <Meta message={message} draft={draft} now={now} />
        {reactions.length > 0 && <span class="reactions">{reactions.map((one) => one.reaction!.emoji)}</span>}
      </div>
      {buttons && content && <content.Choices message={message} now={now} />}
      {draft?.state === 'failed' && <Failure draft={draft} />}
    </div>
  );
}

/** What this message answers. */
function Quote({ id, now }: { id: string | undefined; now: State }) {
  const { words } = useAround().tongue;
  const quoted = id && now.messages.find((message) => message.id === id);
  if (!quoted) return null;
  return (
    <blockquote dir="auto">
      <span class="hidden">{words.answered} </span>
      {quoted.text ?? quoted.media?.caption ?? quoted.press?.label ?? '…'}
    </blockquote>
  );
}

type Step = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

/** When it was said; of our own also how far it has come. */
function Meta({ message, draft, now }: { message: Message; draft: Draft | undefined; now: State }) {
  const { words, time } = useAround().tongue;
  const step = message.dir === 'in' ? stepOf(message, draft, now) : undefined;
  return (
    <span class="meta">
      <time dateTime={new Date(message.at).toISOString()}>{time(message.at)}</time>
      {step && (
        <span class="step" data-step={step} title={words[step]}>
          <Icon shape={step} />
          <span class="hidden">{words[step]}</span>
        </span>
      )}
    </span>
  );
}

function stepOf(message: Message, draft: Draft | undefined, { messages, seen }: State): Step {
  if (draft) return draft.state === 'uploading' ? 'sending' : draft.state;
  if (message.status === 'read') return 'read';
  const at = messages.indexOf(message);
  if (seen && messages.findIndex(({ id }) => id === seen) >= at) return 'read';
  return message.status === 'delivered' ? 'delivered' : 'sent';
}

/** Why it was not sent, and what can be done. */
function Failure({ draft }: { draft: Draft }) {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const why = draft.error === 'gone' ? words.gone : draft.error && fill(words.refused, { why: draft.error });
  return (
    <div class="failure" role="alert">
      <p>{why ?? words.failed}</p>
      {draft.error !== 'gone' && (
        <button type="button" class="quiet" onClick={() => chat.outbox.again(draft.cid)}>
          {words.again}
        </button>
      )}
      <button type="button" class="quiet" onClick={() => chat.outbox.discard(draft.cid)}>
        {words.remove}
      </button>
    </div>
  );
}
