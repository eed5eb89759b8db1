import { useLingui } from '@lingui/react/macro';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { number, numbers } from '../theme/format.ts';
import css from './content.module.css';

const speeds = [1, 1.5, 2];
const minutes = (seconds: number) =>
  Number.isFinite(seconds)
    ? `${number(Math.floor(seconds / 60))}:${numbers({ minimumIntegerDigits: 2 }).format(Math.floor(seconds % 60))}`
    : '–:––';

/** Plays what somebody said, at one of three speeds. A bar of time runs from left to right in every language. */
export function Player({ at, mime }: { at: string; mime?: string | undefined }) {
  const { t } = useLingui();
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState({ playing: false, at: 0, length: Number.NaN, lost: false });
  const [rate, setRate] = useState(1);
  const speed = number(rate);
  if (state.lost) {
    return (
      <a href={at} download className={css.lost}>
        {t`This recording cannot be played here. Download`} <bdi dir="ltr">{mime}</bdi>
      </a>
    );
  }
  const faster = () => {
    const next = speeds[(speeds.indexOf(rate) + 1) % speeds.length] ?? 1;
    setRate(next);
    if (audio.current) audio.current.playbackRate = next;
  };
  return (
    <div className={css.player} dir="ltr">
      {/* biome-ignore lint/a11y/useMediaCaption: what customers say has no captions */}
      <audio
        ref={audio}
        src={at}
        preload="metadata"
        onPlay={() => setState((now) => ({ ...now, playing: true }))}
        onPause={() => setState((now) => ({ ...now, playing: false }))}
        onTimeUpdate={({ currentTarget }) => setState((now) => ({ ...now, at: currentTarget.currentTime }))}
        onLoadedMetadata={({ currentTarget }) =>
          setState((now) => ({ ...now, length: currentTarget.duration }))
        }
        onError={() => setState((now) => ({ ...now, lost: true }))}
      />
      <button
        type="button"
        className={css.play}
        aria-label={state.playing ? t`Pause` : t`Play`}
        onClick={() => void (state.playing ? audio.current?.pause() : audio.current?.play())}
      >
        {state.playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
      </button>
      <input
        type="range"
        className={css.track}
        aria-label={t`Position`}
        min={0}
        max={Number.isFinite(state.length) ? state.length : 1}
        step={0.1}
        value={state.at}
        onChange={({ target }) => {
          if (audio.current) audio.current.currentTime = Number(target.value);
        }}
      />
      <span className={`${css.playerTime} numbers`}>
        {minutes(state.playing || state.at > 0 ? state.at : state.length)}
      </span>
      <button type="button" className={css.speed} onClick={faster} aria-label={t`Speed ${speed}`}>
        {speed}×
      </button>
    </div>
  );
}
