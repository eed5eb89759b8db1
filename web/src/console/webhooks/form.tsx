import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { toast } from '../../store/toasts.ts';
import { asLeft } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { rereadThing, type Thing, writeThing } from '../form/thing.ts';
import { Remove } from '../ui/remove.tsx';
import { Tabs } from './about.tsx';
import { type Endpoint, endpointPath, list, type Secrets, titleOf, useSurfaces } from './endpoint.ts';
import { EndpointFields } from './fields.tsx';
import { HealthPanel } from './health.tsx';
import { Made, SecretsSection } from './secrets.tsx';
import { bodyOf, fresh, ofSurface, type Values, valuesOf } from './values.ts';

/** An endpoint, or a new one. */
export function EndpointForm({ id }: { id: string | undefined }) {
  return (
    <Editor<Endpoint, Values>
      path={id === undefined ? undefined : endpointPath(id)}
      valuesOf={valuesOf}
      fresh={fresh}
    >
      {(from, endpoint) => <Loaded from={from} endpoint={endpoint} />}
    </Editor>
  );
}

function Loaded({ from, endpoint }: { from: Thing<Values>; endpoint: Endpoint | undefined }) {
  const { t } = useLingui();
  const [made, setMade] = useState<Secrets & { id: string }>();
  const form = useEndpointForm(from, endpoint, setMade);
  if (made) return <Made {...made} />;
  return (
    <FormPage
      form={form}
      title={endpoint ? titleOf(endpoint) : t`New webhook`}
      sentence={endpoint?.description}
      back={{ href: list, label: t`Webhooks` }}
      above={
        endpoint && (
          <>
            <Tabs id={endpoint.id} here="settings" />
            <HealthPanel id={endpoint.id} here="settings" />
          </>
        )
      }
      more={
        endpoint && (
          <>
            <SecretsSection id={endpoint.id} />
            <RemoveEndpoint endpoint={endpoint} version={from.version} />
          </>
        )
      }
    >
      <EndpointFields form={form} endpoint={endpoint} />
    </FormPage>
  );
}

/** What is wrong with what is typed, by what the surface tells that is chosen. */
function useEndpointChecks() {
  const { t } = useLingui();
  const { required, line } = useChecks();
  return ({ url, name, hears, types, topic, secret }: Values, hasTopics: boolean) =>
    errorsOf<Values>({
      url:
        required(url) ??
        (isAddress(url) ? undefined : t`Write a whole address, as “https://crm.example.com/events”.`),
      name: name === '' ? undefined : line(name),
      topic: hasTopics && topic === '' ? t`Choose one.` : undefined,
      types: !hasTopics && hears === 'some' && types.length === 0 ? t`Choose one at least.` : undefined,
      secret:
        secret === '' || /^whsec_[A-Za-z0-9+/]{32,88}=*$/.test(secret)
          ? undefined
          : t`It begins with “whsec_”; after that come 24 to 64 random bytes in base64.`,
    });
}

function useEndpointForm(
  from: Thing<Values>,
  endpoint: Endpoint | undefined,
  made: (of: Secrets & { id: string }) => void,
) {
  const { t } = useLingui();
  const checked = useEndpointChecks();
  const surfaces = useSurfaces().items;
  const toldBy = (surface: string) => surfaces?.find(({ name }) => name === surface);
  return useForm<Values>({
    name: `webhooks/${endpoint?.id ?? '+'}`,
    from,
    check(values) {
      const told = toldBy(values.surface);
      // Of one that is there, the surface stays as it is.
      return checked(endpoint ? values : ofSurface(values, told), told?.topics !== undefined);
    },
    async save({ values, changed, version }) {
      if (endpoint) {
        const saved = await writeThing<Endpoint>('PATCH', endpointPath(endpoint.id), {
          body: bodyOf(values, changed),
          version,
        });
        return { ...saved, value: valuesOf(saved.value) };
      }
      const all = ofSurface(values, toldBy(values.surface));
      const { value } = await writeThing<Endpoint & Secrets>('POST', '/endpoints', {
        body: { ...bodyOf(all, all), isNew: true },
      });
      made(value);
      // What was made has its own address; here a new one begins from nothing.
      return from;
    },
    saved() {
      if (endpoint) toast(t`Saved`);
    },
    reread: () => rereadThing(endpointPath(endpoint?.id ?? ''), valuesOf),
    secrets: ['secret'],
  });
}

const isAddress = (url: string) => /^https?:\/\/\S+$/i.test(url.trim()) && URL.canParse(url.trim());

function RemoveEndpoint({ endpoint, version }: { endpoint: Endpoint; version: string | undefined }) {
  const { t } = useLingui();
  const name = titleOf(endpoint);
  return (
    <Remove
      verb={t`Remove the webhook`}
      title={t`Remove the webhook “${name}”?`}
      does={[
        t`Nothing is told to it any more; what is on its way or held back is given up.`,
        t`Its delivery log and its secrets are gone.`,
        t`This cannot be taken back. To stop it for a while, switch it off instead.`,
      ]}
      path={endpointPath(endpoint.id)}
      version={version}
      back={asLeft(list)}
      gone={t`The webhook is removed`}
    />
  );
}
