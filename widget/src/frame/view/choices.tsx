import { useState } from 'preact/hooks';
import { hrefOf, plain } from '../links.ts';
import type { Choice, Message } from '../protocol.ts';
import type { State } from '../state.ts';
import { useAround } from './context.ts';
import { Icon } from './icon.tsx';

/** More of them, or any that says more, are a list. */
const mostButtons = 3;

/** What can be pressed below a message. */
export function Choices({ message, now }: { message: Message; now: State }) {
  const { words } = useAround().tongue;
  const [isOut, setOut] = useState(false);
  const choices = message.buttons ?? [];
  const isList = choices.length > mostButtons || choices.some(({ desc, section }) => desc || section);
  const chosen = chosenOf(message, now);
  if (!isList || isOut) {
    return (
      <ul class={isList ? 'choices list' : 'choices'}>
        {choices.map((choice, at) => (
          <li key={choice.code ?? choice.label}>
            {choice.section && choice.section !== choices[at - 1]?.section && (
              <b dir="auto">{choice.section}</b>
            )}
            <Press choice={choice} message={message} chosen={chosen} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <button type="button" class="choice" aria-expanded="false" onClick={() => setOut(true)}>
      <span dir="auto">{message.listLabel ?? words.choose}</span> <Icon shape="down" />
    </button>
  );
}

/** What was pressed of this message. */
function chosenOf({ id, buttons }: Message, { messages, drafts }: State): string | undefined {
  const draft = drafts.findLast(({ frame }) => frame.t === 'button' && frame.messageId === id);
  if (draft) return draft.frame.payload as string;
  const codes = buttons?.map(({ code }) => code);
  const after = messages.slice(messages.findIndex((one) => one.id === id) + 1);
  return after.find(({ press, replyTo }) => press && codes?.includes(press.code) && (replyTo ?? id) === id)
    ?.press?.code;
}

function Press({
  choice,
  message,
  chosen,
}: {
  choice: Choice;
  message: Message;
  chosen: string | undefined;
}) {
  const { chat, tongue } = useAround();
  const { type, label, desc, code, url, phone } = choice;
  const face = (
    <>
      <span dir="auto">{label}</span>
      {desc && <small dir="auto">{desc}</small>}
    </>
  );
  const href = type === 'URL' ? hrefOf(url).href : type === 'PHONE_NUMBER' && phone && `tel:${plain(phone)}`;
  if (href) {
    return (
      <a class="choice" href={href} target="_blank" rel="noopener noreferrer">
        {face}
      </a>
    );
  }
  const isChosen = chosen !== undefined && chosen === code;
  const press = () => {
    if (type === 'LOCATION_REQUEST')
      void import('./location.ts').then(({ sendLocation }) => sendLocation(chat, tongue.words));
    else if (code !== undefined && chosen === undefined) {
      chat.outbox.add({ t: 'button', messageId: message.id, payload: code }, { press: { code, label } });
    }
  };
  return (
    <button
      type="button"
      class="choice"
      aria-pressed={isChosen}
      aria-disabled={chosen !== undefined && !isChosen}
      onClick={press}
    >
      {type === 'LOCATION_REQUEST' && <Icon shape="pin" />}
      {face}
      {isChosen && <Icon shape="sent" />}
    </button>
  );
}
