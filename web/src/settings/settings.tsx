import { Trans, useLingui } from '@lingui/react/macro';
import { Button, TextInput } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { call } from '../api/http.ts';
import type { Me } from '../api/types.ts';
import { chime } from '../shell/alerts.ts';
import { client } from '../store/client.ts';
import { meQuery, useMe } from '../store/me.ts';
import { toast } from '../store/toasts.ts';
import { ownNames } from '../theme/language.ts';
import { type Language, languages, prefer, usePreferences } from '../theme/preferences.ts';
import { complain } from '../ui/refusals.ts';
import { Choice, Toggle } from './choices.tsx';
import { Keys } from './keys.tsx';
import { Safety } from './safety.tsx';
import css from './settings.module.css';
import { Writing } from './writing.tsx';

/** How somebody wants the inbox to be, and how they come in. */
export default function Settings() {
  const { t } = useLingui();
  const { page = 'look' } = useParams<{ page?: string }>();
  const pages: [id: string, title: string, content: ReactNode][] = [
    ['look', t`Appearance and language`, <Look key="look" />],
    ['alerts', t`Sounds and notifications`, <Alerts key="alerts" />],
    ['writing', t`Reading and writing`, <Writing key="writing" />],
    ['keys', t`Keyboard`, <Keys key="keys" />],
    ['me', t`You`, <Profile key="me" />],
    ['sign-in', t`Sign-in and safety`, <Safety key="sign-in" />],
  ];
  const here = pages.find(([id]) => id === page) ?? pages[0]!;
  return (
    <main className={css.page} id="list" tabIndex={-1}>
      <nav className={css.nav} aria-label={t`Settings`}>
        {pages.map(([id, title]) => (
          <Link key={id} href={`/settings/${id}`} aria-current={id === here[0] ? 'page' : undefined}>
            {title}
          </Link>
        ))}
      </nav>
      <div className={css.content} id="thread">
        <h1>{here[1]}</h1>
        {here[2]}
      </div>
    </main>
  );
}

function Look() {
  const { t } = useLingui();
  const now = usePreferences();
  return (
    <>
      <Choice<Language>
        label={t`Language`}
        value={now.language}
        options={languages.map((one) => [one, ownNames[one]])}
        change={(language) => prefer({ language })}
      />
      <Choice
        label={t`Theme`}
        value={now.theme}
        options={[
          ['auto', t`As the system`],
          ['light', t`Light`],
          ['dark', t`Dark`],
        ]}
        change={(theme) => prefer({ theme })}
      />
      <Choice
        label={t`List density`}
        value={now.density}
        options={[
          ['comfortable', t`Comfortable`],
          ['compact', t`Compact`],
        ]}
        change={(density) => prefer({ density })}
      />
      {now.language !== 'en' && (
        <Choice
          label={t`Digits`}
          value={now.digits}
          options={[
            ['latn', '1 2 3'],
            ['native', now.language === 'ar' ? '١ ٢ ٣' : '१ २ ३'],
          ]}
          change={(digits) => prefer({ digits })}
        />
      )}
    </>
  );
}

function Alerts() {
  const { t } = useLingui();
  const now = usePreferences();
  const sound = (value: 'off' | 'mine' | 'all') => {
    prefer({ sound: value });
    if (value !== 'off') chime();
  };
  const notify = async (on: boolean) => {
    if (on && !('Notification' in window && (await Notification.requestPermission()) === 'granted')) {
      toast(t`The browser does not allow notifications. Change it in its settings for this site.`, {
        tone: 'error',
      });
      return;
    }
    prefer({ notifications: on });
  };
  return (
    <>
      <Choice
        label={t`Sound at a new message`}
        hint={t`Also when a colleague mentions you or gives you a conversation. It is played once when you choose it.`}
        value={now.sound}
        options={[
          ['off', t`Never`],
          ['mine', t`In my conversations`],
          ['all', t`In all conversations`],
        ]}
        change={sound}
      />
      <Toggle
        label={t`Notifications of the browser`}
        hint={t`While the inbox is not in front.`}
        value={now.notifications}
        change={(on) => void notify(on)}
      />
      {now.notifications && (
        <Toggle
          label={t`Show what was written`}
          hint={t`Others may see it on your screen.`}
          value={now.notificationText}
          change={(notificationText) => prefer({ notificationText })}
        />
      )}
    </>
  );
}

function Profile() {
  const { t } = useLingui();
  const { agent } = useMe();
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    try {
      client.setQueryData(
        meQuery.queryKey,
        await call<Me>('PUT', '/me/profile', {
          body: { displayName: String(new FormData(event.currentTarget).get('displayName')) },
        }),
      );
      toast(t`Saved`);
    } catch (error) {
      complain(error);
    }
  };
  return (
    <form className={css.form} onSubmit={(event) => void save(event)}>
      <TextInput
        name="displayName"
        label={t`Shown as`}
        description={t`Colleagues and customers see it instead of your name.`}
        defaultValue={agent.displayName ?? ''}
        placeholder={agent.name}
        dir="auto"
        maxLength={100}
      />
      <Button type="submit" className={css.save ?? ''}>
        <Trans>Save</Trans>
      </Button>
    </form>
  );
}
