import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useAround } from './context.ts';

const emoji = [
  ...'😀😂😊😍😉😎🤔😐🙄😢😭😡😱😴🤗🙂👍👎👌👏🙏💪👋🤝❤️💔🔥✨🎉🎁🌹☀️🌙⭐☕🍕🍔🍰🚗✈️🏠📦📞📷💡⏰💰💳✅❌❓❗'.matchAll(
    /\p{Emoji}\ufe0f?/gu,
  ),
].map(([one]) => one);

/** A few emoji: one tab stop, arrows go about, Escape closes. The device's own keyboard has the others. */
export function EmojiPanel({ choose, close }: { choose: (emoji: string) => void; close: () => void }) {
  const { words } = useAround().tongue;
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => panel.current?.querySelector('button')?.focus(), []);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
      return;
    }
    const buttons = [...panel.current!.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const columns = buttons.filter(({ offsetTop }) => offsetTop === buttons[0]!.offsetTop).length;
    const forward = document.documentElement.dir === 'rtl' ? -1 : 1;
    const places: Record<string, number> = {
      ArrowRight: at + forward,
      ArrowLeft: at - forward,
      ArrowDown: at + columns,
      ArrowUp: at - columns,
      Home: 0,
      End: buttons.length - 1,
    };
    const next = places[event.key];
    if (next === undefined) return;
    event.preventDefault();
    buttons[next]?.focus();
  };
  return (
    <div class="emoji" role="toolbar" aria-label={words.emoji} ref={panel} onKeyDown={onKeyDown}>
      {emoji.map((one, at) => (
        <button
          type="button"
          key={one}
          tabIndex={at === 0 ? 0 : -1}
          onClick={() => {
            choose(one);
            close();
          }}
        >
          {one}
        </button>
      ))}
    </div>
  );
}
