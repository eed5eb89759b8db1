import { Trans, useLingui } from '@lingui/react/macro';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/http.ts';
import type { Person } from '../api/types.ts';
import { ChannelIcon } from '../list/channel-icon.tsx';
import { stateWords } from '../list/words.ts';
import { useNames } from '../store/me.ts';
import { fullTime, languageName, shortTime, timeIn } from '../theme/format.ts';
import { Avatar } from '../ui/avatar.tsx';
import { useNow } from '../ui/now.ts';
import { Bones, Failed, useSlow } from '../ui/states.tsx';
import { useChange } from './change.ts';
import css from './contact.module.css';
import { Field, Tags } from './fields.tsx';
import { zoneOf } from './local-time.ts';
import { nameOf, sessionsQuery } from './person.ts';

interface AboutProps {
  person: Person;
  /** The conversation beside which this stands: it is not among the others. */
  here?: string | undefined;
  /** What can be done with the person, below the name. */
  acts?: ReactNode;
  open(id: string): void;
}

/** What is known of a customer: profile, tags, fields, conversations, and what they did elsewhere. */
export function AboutPerson({ person, here, acts, open }: AboutProps) {
  const { t } = useLingui();
  const names = useNames();
  const change = useChange(person);
  const { profile, businessProfile } = person;
  const name = nameOf(person);
  const phone = businessProfile.phone ?? profile.phone;
  const email = businessProfile.email ?? profile.email;
  return (
    <div className={css.pane}>
      <div className={css.top}>
        <Avatar id={person.id} name={name} imageUrl={businessProfile.imageUrl} size={64} />
        <h2 dir="auto">{name}</h2>
        <p className={css.via}>
          <ChannelIcon type={person.type} size={14} />{' '}
          <bdi>{names.channel(person.channelId)?.name ?? person.channelId}</bdi>
        </p>
        {person.optedOut && (
          <p className={css.out}>
            <Trans>Wants no messages</Trans>
          </p>
        )}
        {acts}
      </div>
      <Part title={t`Tags`}>
        <Tags person={person} change={change} />
      </Part>
      <Part title={t`Profile`}>
        <dl className={css.fields}>
          <Field
            id={`${person.id}-name`}
            label={t`Name`}
            value={businessProfile.name ?? businessProfile.displayName ?? ''}
            shown={profile.name ?? ''}
            save={(value) => change.profile({ name: value })}
          />
          <Field
            id={`${person.id}-phone`}
            label={t`Phone`}
            value={phone ?? ''}
            shown={person.csid}
            kind="tel"
            save={(value) => change.profile({ phone: value })}
          />
          <Field
            id={`${person.id}-email`}
            label={t`E-mail`}
            value={email ?? ''}
            kind="email"
            save={(value) => change.profile({ email: value })}
          />
          <div className={css.fixed}>
            <dt>
              <Trans>Address here</Trans>
            </dt>
            <dd>
              <bdi dir="ltr">{person.csid}</bdi>
            </dd>
          </div>
          <LocalTime person={person} />
          {person.lang && (
            <div className={css.fixed}>
              <dt>
                <Trans>Language</Trans>
              </dt>
              <dd>{languageName(person.lang)}</dd>
            </div>
          )}
          {person.owner && (
            <div className={css.fixed}>
              <dt>
                <Trans>Owner</Trans>
              </dt>
              <dd>
                <bdi>{names.agentName(person.owner)}</bdi>
              </dd>
            </div>
          )}
        </dl>
      </Part>
      <CustomFields person={person} change={change} />
      <Others person={person} here={here} open={open} />
      <Happened person={person} />
    </div>
  );
}

/** What time it is where the customer is. */
function LocalTime({ person }: { person: Person }) {
  const now = useNow();
  const zone = zoneOf(person);
  const time = zone && timeIn(zone, now);
  if (!time) return null;
  return (
    <div className={css.fixed}>
      <dt>
        <Trans>Local time</Trans>
      </dt>
      <dd className="numbers" title={zone}>
        {time}
      </dd>
    </div>
  );
}

function Part({ title, children, folded = false }: { title: string; children: ReactNode; folded?: boolean }) {
  const [open, setOpen] = useState(!folded);
  return (
    <section className={css.part}>
      <h3>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {title}
          <IconChevronDown size={16} data-open={open || undefined} />
        </button>
      </h3>
      {open && children}
    </section>
  );
}

function CustomFields({ person, change }: { person: Person; change: ReturnType<typeof useChange> }) {
  const { t } = useLingui();
  const { customFields } = useNames();
  const valueAt = (key: string) => person.labels.find((label) => label.key === key)?.value;
  const others = person.labels.filter(({ key }) => !customFields.some((field) => field.key === key));
  if (customFields.length === 0 && others.length === 0) return null;
  return (
    <Part title={t`Fields`}>
      <dl className={css.fields}>
        {customFields.map(({ key, name, type }) => (
          <Field
            key={key}
            id={`${person.id}-field-${key}`}
            label={name || key}
            value={textOf(valueAt(key))}
            kind={type === 'NUMBER' ? 'number' : type === 'DATE' ? 'date' : 'text'}
            save={(value) => change.label(key, value)}
          />
        ))}
        {others.map(({ key, name, value }) => (
          <Field
            key={key}
            id={`${person.id}-field-${key}`}
            label={name || key}
            value={textOf(value)}
            save={(next) => change.label(key, next)}
          />
        ))}
      </dl>
    </Part>
  );
}

const textOf = (value: unknown) =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

function Others({
  person,
  here,
  open,
}: {
  person: Person;
  here: string | undefined;
  open(id: string): void;
}) {
  const { t, i18n } = useLingui();
  const { data, error, refetch } = useQuery(sessionsQuery(person.id));
  const slow = useSlow(!data);
  const others = (data?.items ?? []).filter(({ id }) => id !== here);
  return (
    <Part title={here === undefined ? t`Conversations` : t`Other conversations`}>
      {!data ? (
        error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          slow && <Bones count={1} shape="line" />
        )
      ) : others.length === 0 ? (
        <p className={css.none}>
          {here === undefined ? <Trans>None yet.</Trans> : <Trans>This is the only one.</Trans>}
        </p>
      ) : (
        <ul className={css.others}>
          {others.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => open(one.id)}>
                <span className="one-line" dir="auto">
                  {one.last?.text || one.ticket}
                </span>
                <small>
                  {i18n._(stateWords[one.state] ?? stateWords.open!)} · {shortTime(one.activeAt)}
                </small>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Happened({ person }: { person: Person }) {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery({
    queryKey: ['contact-events', person.id],
    queryFn: () =>
      call<{ items: { id: string; name: string; at: number; data?: unknown }[] }>(
        'GET',
        `/inbox/contacts/${encodeURIComponent(person.id)}/events`,
      ),
  });
  if (!data && error)
    return (
      <Part title={t`Activity`}>
        <Failed error={error} retry={() => void refetch()} />
      </Part>
    );
  if (!data || data.items.length === 0) return null;
  return (
    <Part title={t`Activity`}>
      <ul className={css.others}>
        {data.items.slice(0, 20).map((one) => (
          <li key={one.id} className={css.event}>
            <span dir="auto">{one.name}</span>
            <small title={fullTime(one.at)}>{shortTime(one.at)}</small>
          </li>
        ))}
      </ul>
    </Part>
  );
}
