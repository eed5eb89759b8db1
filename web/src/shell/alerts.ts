import { i18n } from '@lingui/core';
import { msg, plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useEffect } from 'react';
import type { LiveEvent } from '../api/types.ts';
import { onEvent } from '../live/events.ts';
import { line } from '../live/state.ts';
import { me, names } from '../store/me.ts';
import { knownRow } from '../store/sessions.ts';
import { preferences } from '../theme/preferences.ts';
import { tell } from '../ui/spoken.tsx';
import { go } from './go.ts';

let audio: AudioContext | undefined;

/** What plays later than this after its message is of no use, ms. */
const soonMs = 1000;

/** Two soft tones. A browser lets us play only after somebody has clicked. */
export function chime(): void {
  const asked = performance.now();
  audio ??= new AudioContext();
  const on = audio;
  void on.resume().then(
    () => performance.now() - asked < soonMs && play(on),
    () => {},
  );
}

function play(on: AudioContext): void {
  const at = on.currentTime;
  for (const [i, pitch] of [660, 880].entries()) {
    const tone = on.createOscillator();
    const volume = on.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at + i * 0.12);
    volume.gain.exponentialRampToValueAtTime(0.12, at + i * 0.12 + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + i * 0.12 + 0.35);
    tone.connect(volume).connect(on.destination);
    tone.start(at + i * 0.12);
    tone.stop(at + i * 0.12 + 0.4);
  }
}

/** Who wants to hear messages can hear them from the first press on. Answers how to stop. */
function openEars(): () => void {
  const open = () => {
    if (preferences().sound === 'off') return;
    close();
    audio ??= new AudioContext();
    void audio.resume().catch(() => {});
  };
  const close = () => {
    removeEventListener('pointerdown', open, true);
    removeEventListener('keydown', open, true);
  };
  addEventListener('pointerdown', open, true);
  addEventListener('keydown', open, true);
  return close;
}

/** What somebody here is told of. */
interface News {
  spoken: string;
  title: string;
  body: string;
  /** It is in their conversations, or calls them by name. */
  isMine: boolean;
}

/** What an event says to who is signed in: that a customer wrote, a colleague mentions them, or they were given something. */
function newsOf({ type, data }: LiveEvent): News | undefined {
  const { session, message } = data;
  const mine = me()?.agent.code;
  if (!session || mine === undefined) return undefined;
  const name = knownRow(session.id)?.contact.name ?? nameIn(data);
  const text = preferences().notificationText ? (message?.content?.text ?? '') : '';
  if (type === 'message.received')
    return {
      spoken: i18n._(msg`New message from ${name}`),
      title: name,
      body: preferences().notificationText ? text : i18n._(msg`New message`),
      isMine: session.agent === mine,
    };
  if (type === 'note.added' && data.mentions?.includes(mine) && message?.senderCode !== mine) {
    const colleague = names().agentName(message?.senderCode);
    const called = i18n._(msg`${colleague} mentioned you`);
    return { spoken: called, title: called, body: text, isMine: true };
  }
  const { oldAgent, newAgent } = data.assignment ?? {};
  if (type === 'session.assigned' && newAgent === mine && oldAgent !== mine && data.by !== mine) {
    const given = i18n._(msg`You were given the conversation with ${name}`);
    return { spoken: given, title: given, body: '', isMine: true };
  }
  return undefined;
}

/** Tells of what is new: by ear, by a notification of the browser, and to a screen reader. */
export function useAlerts(): void {
  const { t } = useLingui();
  useEffect(openEars, []);
  useEffect(() => {
    let missed = 0;
    const hear = (event: LiveEvent) => {
      const isMessage = event.type === 'message.received';
      // What was written while there was no line is one word, once all of it is there.
      if (isMessage && line.get() !== 'live') {
        missed += 1;
        return;
      }
      const news = newsOf(event);
      if (!news) return;
      tell(news.spoken);
      const { sound } = preferences();
      if (sound === 'all' || (sound === 'mine' && news.isMine)) chime();
      notify(news.title, news.body, `/inbox/${event.data.session?.id}`);
    };
    const caughtUp = () => {
      if (line.get() !== 'live' || missed === 0) return;
      const word = t`${plural(missed, { one: '# new message', other: '# new messages' })}`;
      missed = 0;
      tell(word);
      notify(word, '', '/inbox');
    };
    const stop = [onEvent(hear), line.on(caughtUp)];
    return () => {
      for (const each of stop) each();
    };
  }, [t]);
}

/** Whether this browser may show notifications. */
const mayNotify = () => 'Notification' in window && Notification.permission === 'granted';

function notify(title: string, body: string, to: string): void {
  if (!preferences().notifications || document.visibilityState === 'visible' || !mayNotify()) return;
  try {
    const shown = new Notification(title, { body, tag: to });
    shown.onclick = () => {
      window.focus();
      go(to);
    };
  } catch {
    // Android has only those of a service worker. Without them there is still the number in the title.
  }
}

function nameIn(data: LiveEvent['data']): string {
  const contact = data.contact as { csid?: string; profile?: { name?: string } } | undefined;
  return contact?.profile?.name ?? contact?.csid ?? '';
}
