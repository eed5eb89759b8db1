import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useNames } from '../../store/me.ts';
import { toast } from '../../store/toasts.ts';
import { Bones } from '../../ui/states.tsx';
import { itemAt, pageAt } from '../address.ts';
import { ChoiceField, SwitchField, TextField } from '../form/fields.tsx';
import { useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { rereadThing, type Thing, useThing, writeThing } from '../form/thing.ts';
import { English } from '../ui/english.tsx';
import { Refused } from '../ui/refused.tsx';
import { type ChannelSetup, type ChannelType, channelPath, useTypes } from './channel.ts';
import { useSettingsCheck } from './checks.ts';
import { HealthPanel } from './health.tsx';
import { RemoveChannel } from './remove.tsx';
import { SettingsFields } from './settings-fields.tsx';
import { TestPanel, useTest } from './test.tsx';
import { secretFields, settingsOf, type Values, valuesOf } from './values.ts';
import { WebhookPanel } from './webhook.tsx';
import { useLaneHelp } from './words.ts';

const list = pageAt('set-up', 'channels');

/** A channel that is there. */
export function ChannelPage({ id }: { id: string }) {
  const { types, error: noTypes, retry: retryTypes } = useTypes();
  const { thing, error, retry } = useThing<ChannelSetup>(channelPath(id));
  if (!types || !thing) {
    if (error) return <Refused error={error} retry={retry} />;
    return noTypes ? <Refused error={noTypes} retry={retryTypes} /> : <Bones count={8} shape="line" />;
  }
  const type = types.find((one) => one.type === thing.value.type);
  return type ? <Loaded type={type} channel={thing.value} version={thing.version} /> : null;
}

/** A new channel of a type. */
export const NewChannel = ({ type }: { type: ChannelType }) => (
  <Loaded type={type} channel={undefined} version={undefined} />
);

interface LoadedProps {
  type: ChannelType;
  channel: ChannelSetup | undefined;
  version: string | undefined;
}

function Loaded({ type, channel, version }: LoadedProps) {
  const { t } = useLingui();
  const from = useMemo<Thing<Values>>(
    () => ({ value: valuesOf(type, channel), version }),
    [type, channel, version],
  );
  const form = useChannelForm(type, channel, from);
  const test = useTest(form, type, channel);
  const about = (field: string) => test.told?.findings.filter((one) => one.field === field) ?? [];
  const title = channel ? channel.name || channel.id : t`New channel: ${type.name}`;
  return (
    <FormPage
      form={form}
      title={title}
      sentence={<English>{type.about}</English>}
      back={{ href: list, label: t`Channels` }}
      tell={(field) =>
        type.settings.properties[field.replace(/^settings\./, '')]?.secret ? '•••' : undefined
      }
      above={
        channel && (
          <>
            <HealthPanel id={channel.id} />
            <WebhookPanel channel={channel} type={type} findings={about('webhookUrl')} />
            <TestPanel test={test} isSaved={!form.isChanged} hasTest={type.hasTest} />
          </>
        )
      }
      more={channel && <RemoveChannel channel={channel} version={version} />}
    >
      <OwnFields form={form} type={type} channel={channel} />
      <h2>{t`Settings`}</h2>
      <SettingsFields form={form} type={type} secrets={channel?.secrets ?? []} findings={about} />
      {!channel && <TestPanel test={test} isSaved={false} hasTest={type.hasTest} />}
    </FormPage>
  );
}

function useChannelForm(type: ChannelType, channel: ChannelSetup | undefined, from: Thing<Values>) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const check = useSettingsCheck();
  return useForm<Values>({
    name: `channels/${channel?.id ?? `+${type.type}`}`,
    from,
    check: (values) => check(type, values, channel),
    secrets: secretFields(type),
    async save({ values, changed, version }) {
      const id = channel?.id ?? `${type.type}:${values.lane.trim()}`;
      const own = (['name', 'queue', 'enabled', 'sandbox'] as const).filter(
        (part) => !channel || part in changed,
      );
      const body = Object.fromEntries(own.map((part) => [part, values[part]]));
      // A channel without a name is called as its id.
      if (body.name === '') body.name = id;
      const isSet = !channel || Object.keys(changed).some((field) => field.startsWith('settings.'));
      const saved = await writeThing<ChannelSetup>('PUT', channelPath(id), {
        body: { ...body, ...(isSet && { settings: settingsOf(type, values) }) },
        version,
      });
      return { ...saved, value: valuesOf(type, saved.value) };
    },
    saved({ value: { lane } }) {
      toast(t`Saved`);
      // What comes next stands there: the address for the provider, and the test.
      if (!channel) go(itemAt('set-up', 'channels', `${type.type}:${lane}`), { replace: true });
    },
    reread: () => rereadThing<ChannelSetup, Values>(channelPath(channel!.id), (one) => valuesOf(type, one)),
    words: { id: 'lane', type: 'lane', settings: 'lane' },
  });
}

function OwnFields({
  form,
  type,
  channel,
}: Omit<LoadedProps, 'version'> & { form: ReturnType<typeof useChannelForm> }) {
  const { t } = useLingui();
  const { queues } = useNames();
  const laneHelp = useLaneHelp();
  return (
    <>
      {!channel && (
        <TextField form={form} name="lane" label={t`Lane`} code help={laneHelp(type.contactType)} />
      )}
      <TextField
        form={form}
        name="name"
        label={t`Name for people`}
        optional
        help={t`What agents see. Without one it is called by its id.`}
      />
      <ChoiceField
        form={form}
        name="queue"
        label={t`Queue`}
        help={t`In which conversations of this channel begin.`}
        options={[
          ['', t`The default queue`],
          ...queues.map(({ code, name }): [string, string] => [code, name || code]),
        ]}
      />
      <SwitchField
        form={form}
        name="enabled"
        label={t`Switched on`}
        help={t`Off: nothing comes in, and what is sent over it fails.`}
      />
    </>
  );
}
