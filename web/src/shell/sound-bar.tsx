import { Trans, useLingui } from '@lingui/react/macro';
import { type Preferences, prefer, usePreferences } from '../theme/preferences.ts';
import { chime } from './alerts.ts';
import css from './shell.module.css';

/** Asks once whether one wants to hear new messages: the press that says so plays it, since a browser plays nothing before. */
export function SoundBar() {
  const { t } = useLingui();
  const { sound, soundAsked } = usePreferences();
  if (soundAsked || sound !== 'off') return null;
  const choose = (sound: Preferences['sound']) => {
    prefer({ sound, soundAsked: true });
    if (sound !== 'off') chime();
  };
  return (
    <section className={css.ask} aria-label={t`Sound at a new message`}>
      <span>
        <Trans>Hear a sound when a customer writes?</Trans>
      </span>
      <button type="button" onClick={() => choose('mine')}>
        <Trans>In my conversations</Trans>
      </button>
      <button type="button" onClick={() => choose('all')}>
        <Trans>In all conversations</Trans>
      </button>
      <button type="button" onClick={() => choose('off')}>
        <Trans>Never</Trans>
      </button>
    </section>
  );
}
