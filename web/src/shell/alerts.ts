import { useLingui } from '@lingui/react/macro';
import { useEffect } from 'react';
import type { LiveEvent } from '../api/types.ts';
import { onEvent } from '../live/events.ts';
import { me } from '../store/me.ts';
import { knownRow } from '../store/sessions.ts';
import { preferences } from '../theme/preferences.ts';
import { tell } from '../ui/spoken.tsx';

let audio: AudioContext | undefined;

/** Two soft tones. A browser lets us play only after somebody has clicked. */
export function chime(): void {
  audio ??= new AudioContext();
  const at = audio.currentTime;
  for (const [i, pitch] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at + i * 0.12);
    volume.gain.exponentialRampToValueAtTime(0.12, at + i * 0.12 + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + i * 0.12 + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start(at + i * 0.12);
    tone.stop(at + i * 0.12 + 0.4);
  }
}

/** Tells of new messages: by ear, by a notification of the browser, and to a screen reader. */
export function useAlerts(): void {
  const { t } = useLingui();
  useEffect(
    () =>
      onEvent((event: LiveEvent) => {
        if (event.type !== 'message.received') return;
        const session = event.data.session;
        if (!session) return;
        const name = knownRow(session.id)?.contact.name ?? nameIn(event);
        tell(t`New message from ${name}`);
        const { sound, notifications, notificationText } = preferences();
        const isMine = session.agent === me()?.agent.code;
        if (sound === 'all' || (sound === 'mine' && isMine)) chime();
        if (!notifications || document.visibilityState === 'visible' || Notification.permission !== 'granted')
          return;
        const text = notificationText ? (event.data.message?.content?.text ?? '') : t`New message`;
        const shown = new Notification(name, { body: text, tag: session.id });
        shown.onclick = () => {
          window.focus();
          history.pushState(null, '', `/inbox/${session.id}`);
        };
      }),
    [t],
  );
}

function nameIn({ data }: LiveEvent): string {
  const contact = data.contact as { csid?: string; profile?: { name?: string } } | undefined;
  return contact?.profile?.name ?? contact?.csid ?? '';
}
