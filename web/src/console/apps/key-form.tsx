import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { call } from '../../api/http.ts';
import { itemAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { ChoiceField, SwitchField, TextField } from '../form/fields.tsx';
import css from '../form/form.module.css';
import { useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { readAgain, type Thing } from '../form/thing.ts';
import { Once } from '../ui/once.tsx';
import ui from '../ui/page.module.css';
import { type Key, useAppWords } from './app.ts';

interface Values {
  name: string;
  kind: Key['kind'];
  scope: Key['scope'];
  tenantWide: boolean;
  /** The last day on which it is good, `2026-11-22`; empty: it never ends. */
  lastDay: string;
}

const from: Thing<Values> = {
  value: { name: '', kind: 'confidential', scope: 'write', tenantWide: false, lastDay: '' },
  version: undefined,
};

/** A new key of an app; when it is made, it is shown this once. */
export function KeyForm({ app }: { app: string }) {
  const { t } = useLingui();
  const [made, setMade] = useState<{ key: string; token?: string }>();
  const back = { href: itemAt('developers', 'apps', app), label: app };
  const form = useKeyForm(app, setMade);
  if (made)
    return (
      <div className={css.page}>
        <header className={ui.head}>
          <h1>
            <Trans>The key is made</Trans>
          </h1>
        </header>
        <Once label={t`The key`} value={made.key} />
        {made.token && (
          <Once label={t`The same key as a token`} value={made.token}>
            <p>
              <Trans>For programs that expect a JWT. You need only one of the two.</Trans>
            </p>
          </Once>
        )}
        <Button component={Link} href={back.href} className={css.start ?? ''}>
          <Trans>I have kept it</Trans>
        </Button>
      </div>
    );
  return (
    <FormPage form={form} title={t`New key`} back={back}>
      <KeyFields form={form} />
    </FormPage>
  );
}

function useKeyForm(app: string, made: (key: { key: string; token?: string }) => void) {
  const { t } = useLingui();
  const { line } = useChecks();
  return useForm<Values>({
    name: `keys/${app}`,
    from,
    check: ({ name, lastDay }) =>
      errorsOf<Values>({
        name: line(name),
        lastDay:
          lastDay && !(endOf(lastDay) > Date.now()) ? t`Choose a day that is still to come.` : undefined,
      }),
    async save({ values: { name, kind, scope, tenantWide, lastDay } }) {
      made(
        await call<{ key: string; token?: string }>('POST', '/keys', {
          body: {
            ...{ app, name, kind },
            ...(kind === 'confidential' && { scope, tenantWide }),
            ...(lastDay && { expiresAt: endOf(lastDay) }),
          },
        }),
      );
      readAgain();
      return from;
    },
    words: { expiresAt: 'lastDay' },
  });
}

/** The end of a day where we are, epoch ms. */
const endOf = (day: string) => new Date(`${day}T23:59:59.999`).getTime();

function KeyFields({ form }: { form: ReturnType<typeof useKeyForm> }) {
  const { t } = useLingui();
  const words = useAppWords();
  const { kind, scope } = form.values;
  const about: Record<Key['kind'], string> = {
    confidential: t`For programs of yours: it reads and sends. It must never stand in a web page or an app for customers.`,
    publishable: t`May stand in web pages: it only registers visitors, bots and people who sign in.`,
    server: t`Only vouches for people who are about to sign in on your pages.`,
  };
  return (
    <>
      <TextField
        form={form}
        name="name"
        label={t`Name`}
        help={t`Where it is used, so that you know later which one to revoke.`}
      />
      <ChoiceField
        form={form}
        name="kind"
        label={t`Kind`}
        options={Object.entries(words.kinds) as [Key['kind'], string][]}
        help={about[kind]}
      />
      {kind === 'confidential' && (
        <>
          <ChoiceField
            form={form}
            name="scope"
            label={t`It may`}
            options={[
              ['write', t`read and write`],
              ['read', t`read only`],
            ]}
          />
          <SwitchField
            form={form}
            name="tenantWide"
            label={t`For the whole business`}
            help={
              scope === 'write'
                ? t`It acts for every app, and sets the business up: as much as an administrator may.`
                : t`It reads what belongs to every app, and how the business is set up.`
            }
          />
        </>
      )}
      <TextField
        form={form}
        name="lastDay"
        label={t`Last day`}
        optional
        type="date"
        help={t`At the end of this day it is out of force. Empty: it never ends.`}
      />
    </>
  );
}
