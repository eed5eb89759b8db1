import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/http.ts';
import { client } from '../../store/client.ts';
import { toast } from '../../store/toasts.ts';
import { moment, shortTime } from '../../theme/format.ts';
import { Bones, useSentence } from '../../ui/states.tsx';
import { consoleKey } from '../list/rows.ts';
import { Destroy } from '../ui/destroy.tsx';
import { useDoing } from '../ui/doing.ts';
import { Once } from '../ui/once.tsx';
import { Refused } from '../ui/refused.tsx';
import { Section } from '../ui/section.tsx';
import css from '../ui/ui.module.css';
import { type Agent, agentPath } from './agent.ts';

interface AccessTold {
  hasPassword: boolean;
  totp: boolean;
  signIns: { kind: string; createdAt: number; seenAt: number; address?: string; userAgent?: string }[];
}

interface LinkTold {
  kind: 'invitation' | 'reset';
  url: string;
  expiresAt: number;
}

/** How an agent comes in: the link with which a password is chosen, the second device, and where one is signed in. */
export function Access({ agent }: { agent: Agent }) {
  const { t } = useLingui();
  const path = `${agentPath(agent.code)}/access`;
  const key = [consoleKey, 'access', agent.code];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call<AccessTold>('GET', path, { signal }),
    refetchOnMount: 'always',
  });
  const again = () => void client.invalidateQueries({ queryKey: key });
  if (!data)
    return error ? <Refused error={error} retry={() => void refetch()} /> : <Bones count={3} shape="line" />;
  return (
    <>
      <Section title={t`How this person signs in`}>
        <Link agent={agent} hasPassword={data.hasPassword} />
        <p>
          {data.totp ? (
            <Trans>A code of a second device is asked for.</Trans>
          ) : (
            <Trans>
              No code of a second device is asked for. Agents set that up themselves, in their own settings.
            </Trans>
          )}
        </p>
        {data.totp && <DropDevice agent={agent} done={again} />}
      </Section>
      <SignIns agent={agent} signIns={data.signIns} done={again} />
    </>
  );
}

function Link({ agent, hasPassword }: { agent: Agent; hasPassword: boolean }) {
  const { t } = useLingui();
  const sentence = useSentence();
  const [link, setLink] = useState<LinkTold>();
  const { busy, error, run } = useDoing();
  const make = () =>
    run(async () => setLink(await call<LinkTold>('POST', `${agentPath(agent.code)}/link`, { body: {} })));
  const until = link ? moment(link.expiresAt) : '';
  const why = !agent.email
    ? t`Without an e-mail address this person cannot sign in: fill it in and save first.`
    : !agent.active
      ? t`An inactive agent cannot sign in.`
      : undefined;
  return (
    <>
      <p>
        {hasPassword ? (
          <Trans>There is a password. Who has forgotten it needs a link to choose another one.</Trans>
        ) : (
          <Trans>There is no password yet: make a link, and hand it over. Nothing is mailed by us.</Trans>
        )}
      </p>
      {why && <p>{why}</p>}
      {link ? (
        <Once
          label={link.kind === 'invitation' ? t`Invitation link` : t`Link for a new password`}
          value={link.url}
          done={() => setLink(undefined)}
        >
          <p>
            <Trans>
              It is good once, until {until}. Whoever has it chooses the password: send it to this person
              alone.
            </Trans>
          </p>
        </Once>
      ) : (
        <div className={css.sectionActs}>
          <Button variant="default" loading={busy} disabled={why !== undefined} onClick={() => void make()}>
            {hasPassword ? (
              <Trans>Make a link for a new password</Trans>
            ) : (
              <Trans>Make an invitation link</Trans>
            )}
          </Button>
        </div>
      )}
      {error !== undefined && (
        <p role="alert" className={css.refusal}>
          {sentence(error)}
        </p>
      )}
    </>
  );
}

function DropDevice({ agent, done }: { agent: Agent; done(): void }) {
  const { t } = useLingui();
  return (
    <div className={css.sectionActs}>
      <Destroy
        verb={t`Take the second device off`}
        title={t`Take the second device off?`}
        does={[
          t`From now on this person signs in with the password alone: only do it for somebody whom you know to have lost the device.`,
          t`This person can set up another device at any time.`,
        ]}
        run={async () => {
          await call('DELETE', `${agentPath(agent.code)}/totp`);
          done();
          toast(t`No code is asked for any more`);
        }}
      />
    </div>
  );
}

function SignIns({ agent, signIns, done }: { agent: Agent; signIns: AccessTold['signIns']; done(): void }) {
  const { t } = useLingui();
  return (
    <Section
      title={t`Where this person is signed in`}
      acts={
        signIns.length > 0 && (
          <Destroy
            verb={t`End all sign-ins`}
            title={t`End all sign-ins of this person?`}
            does={[
              t`Every browser and program of this person is signed out at once, and asks for the password again.`,
              t`What was typed and not sent stays in the browser.`,
            ]}
            run={async () => {
              await call('DELETE', `${agentPath(agent.code)}/sign-ins`);
              done();
              toast(t`All sign-ins have ended`);
            }}
          />
        )
      }
    >
      {signIns.length === 0 && (
        <p>
          <Trans>Nowhere at the moment.</Trans>
        </p>
      )}
      <ul className={css.rows}>
        {signIns.map((one) => (
          <li key={`${one.createdAt} ${one.address}`}>
            <span>
              <bdi dir="ltr">{one.userAgent?.slice(0, 70) ?? one.kind}</bdi>
            </span>
            <small>
              <bdi dir="ltr">{one.address ?? ''}</bdi> · {shortTime(one.seenAt)}
            </small>
          </li>
        ))}
      </ul>
    </Section>
  );
}
