import { Trans, useLingui } from '@lingui/react/macro';
import { IconMapPin, IconPaperclip, IconSend2, IconSettings2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { call, newKey } from '../api/http.ts';
import type { Button, ThreadMessage } from '../api/message-types.ts';
import type { ProviderSwitches, Switches } from '../api/types.ts';
import { upload } from '../composer/upload.ts';
import { onEvent } from '../live/events.ts';
import { client } from '../store/client.ts';
import { clock } from '../theme/format.ts';
import { Content } from '../thread/content.tsx';
import { TickMark } from '../thread/tick-mark.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { complain } from '../ui/refusals.ts';
import { Failed } from '../ui/states.tsx';
import type { Phone } from './phones.ts';
import { ProviderBoard } from './provider-board.tsx';
import css from './simulator.module.css';
import { SwitchBoard } from './switch-board.tsx';

const phoneKey = (channelId: string, csid: string) => ['phone', channelId, csid] as const;

interface Shown {
  /** Of a sandbox. */
  switches?: Switches;
  /** Or what is simulated is the provider: it speaks its own protocol. */
  provider?: { switches: ProviderSwitches; devices: boolean };
  contactId?: string;
  items: ThreadMessage[];
}

interface HandsetProps {
  channelId: string;
  phone: Phone;
  open(sessionId: string): void;
}

/** One phone: its screen, and what its owner does. */
export function Handset({ channelId, phone, open }: HandsetProps) {
  const { t } = useLingui();
  const { csid, name } = phone;
  const { at, data, error, retry, write, subscribe } = usePhone(channelId, phone);
  const [tools, setTools] = useState(false);
  const isToAgree = data?.provider?.devices && !data.contactId;
  return (
    <div className={css.phone} dir="auto">
      <div className={css.bar}>
        <span
          className={css.dotOn}
          data-on={(!data?.switches?.fail && !data?.provider?.switches.expired) || undefined}
        />
        <b dir="auto">{name || csid}</b>
        {name && <bdi dir="ltr">{csid}</bdi>}
        <IconButton label={t`Phone settings`} size="small" expanded={tools} onClick={() => setTools(!tools)}>
          <IconSettings2 size={16} />
        </IconButton>
      </div>
      {tools && data?.switches && <SwitchBoard at={at} switches={data.switches} items={data.items} />}
      {tools && data?.provider && <ProviderBoard channelId={channelId} switches={data.provider.switches} />}
      <Screen data={data} error={error} retry={retry} write={write} />
      {isToAgree ? (
        <button type="button" className={css.press} onClick={() => void subscribe()}>
          <Trans>Agree to be reached</Trans>
        </button>
      ) : (
        <Writing write={write} sendsFiles={data?.switches !== undefined} open={open} />
      )}
    </div>
  );
}

/** Writes as the owner of the phone; answers the conversation that it came to; undefined: it was refused. */
type Write = (body: Record<string, unknown>) => Promise<{ sessionId?: string } | undefined>;

/** What a phone shows, kept up to date, and what its owner can do. */
function usePhone(channelId: string, { csid, name }: Phone) {
  const at = `/inbox/simulator/${encodeURIComponent(channelId)}/phones/${encodeURIComponent(csid)}`;
  const { data, error, refetch } = useQuery({
    queryKey: phoneKey(channelId, csid),
    queryFn: () => call<Shown>('GET', at),
    staleTime: 0,
  });
  const again = () => void client.invalidateQueries({ queryKey: ['phone'] });
  // Receipts come a moment after the message, and are told like all events.
  useEffect(() => onEvent(again), []);
  const write: Write = async (body) => {
    try {
      const sent = await call<{ sessionId?: string }>('POST', `${at}/messages`, {
        body: { ...(name && { name }), ...body },
        key: newKey(),
      });
      again();
      return sent;
    } catch (failure) {
      complain(failure);
      return undefined;
    }
  };
  const subscribe = async () => {
    await call('POST', `${at}/subscribe`).catch(complain);
    again();
  };
  return { at, data, error, retry: () => void refetch(), write, subscribe };
}

interface ScreenProps {
  data: Shown | undefined;
  error: unknown;
  retry(): void;
  write: Write;
}

/** What the customer sees, the newest in sight. */
function Screen({ data, error, retry, write }: ScreenProps) {
  const { t } = useLingui();
  const end = useRef<HTMLDivElement>(null);
  const count = data?.items.length;
  // A further message has come.
  useLayoutEffect(() => {
    void end.current?.scrollIntoView({ block: 'end' });
  }, [count]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
    <div className={css.screen} role="log" aria-label={t`What the customer sees`} tabIndex={0}>
      {error ? (
        <Failed error={error} retry={retry} />
      ) : !data ? null : data.items.length === 0 ? (
        <p className={css.hello}>
          {!data.provider?.devices ? (
            <Trans>You are the customer now. Write something, and answer it in the inbox.</Trans>
          ) : (
            !data.contactId && <Trans>This device gets what you send to it, once its owner agrees.</Trans>
          )}
        </p>
      ) : (
        data.items.map((one) => (
          <Said
            key={one.id}
            one={one}
            press={({ code, label }) =>
              void write({ type: 'button', code: code ?? label, text: label, replyTo: one.id })
            }
            place={() => void write(riyadh)}
          />
        ))
      )}
      <div ref={end} />
    </div>
  );
}

interface WritingProps {
  write: Write;
  /** Files and locations, too: of a sandbox. */
  sendsFiles: boolean;
  open(sessionId: string): void;
}

/** Where the owner of the phone writes. */
function Writing({ write, sendsFiles, open }: WritingProps) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const said = text.trim();
    if (said === '') return;
    setText('');
    const sent = await write({ type: 'text', text: said });
    // What was refused stands there again, before what was typed meanwhile.
    if (!sent) return setText((now) => [said, now].filter((one) => one !== '').join(' '));
    const { sessionId } = sent;
    // Who has nothing open wants to see where it arrives.
    if (sessionId && !/^\/inbox\/./.test(location.pathname)) open(sessionId);
  };
  return (
    <form className={css.writing} onSubmit={(event) => void submit(event)}>
      {sendsFiles && (
        <>
          <IconButton label={t`Send a file as the customer`} size="small" onClick={() => attach(write)}>
            <IconPaperclip size={17} />
          </IconButton>
          <IconButton
            label={t`Send a location as the customer`}
            size="small"
            onClick={() => void write(riyadh)}
          >
            <IconMapPin size={17} />
          </IconButton>
        </>
      )}
      <input
        dir="auto"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t`Write as the customer`}
        aria-label={t`Write as the customer`}
      />
      <button
        type="submit"
        className={css.go}
        aria-label={t`Send as the customer`}
        disabled={text.trim() === ''}
      >
        <IconSend2 size={17} className="mirror" />
      </button>
    </form>
  );
}

/** Has a file chosen, and sends it as what it is. */
function attach(write: Write): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.onchange = async () => {
    const file = input.files?.[0];
    if (!file) return;
    const stored = await upload(file, () => {}).done.catch(complain);
    if (!stored) return;
    const top = file.type.split('/')[0] ?? '';
    await write({
      type: ['image', 'video', 'audio'].includes(top) ? top : 'document',
      mediaId: stored.id,
      filename: file.name,
    });
  };
  input.click();
}

const riyadh = { type: 'location', latitude: '24.7136', longitude: '46.6753' };

function Said({ one, press, place }: { one: ThreadMessage; press(button: Button): void; place(): void }) {
  const { content } = one;
  const { buttons, ...rest } = content;
  const mine = one.direction === 'I';
  return (
    <div className={css.said} data-mine={mine || undefined}>
      <div className={css.saidBubble}>
        <Content content={mine ? content : rest} />
        <span className={css.saidFoot}>
          <time className="numbers">{clock(one.at)}</time>
          {mine && one.tick && <TickMark tick={one.tick} size={13} />}
        </span>
      </div>
      {!mine &&
        buttons?.map((button, i) => (
          <button
            key={button.code ?? i}
            type="button"
            className={css.press}
            dir="auto"
            onClick={() => (button.type === 'LOCATION_REQUEST' ? place() : press(button))}
          >
            {button.label || <Trans>Share the location</Trans>}
          </button>
        ))}
    </div>
  );
}
