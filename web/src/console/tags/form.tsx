import { Trans, useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { toast } from '../../store/toasts.ts';
import { asLeft, pageAt } from '../address.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { Field, TextField } from '../form/fields.tsx';
import { type Form, useForm } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import { rereadThing, type Thing, writeThing } from '../form/thing.ts';
import { Remove } from '../ui/remove.tsx';
import type { Tag } from './tag.ts';
import css from './tags.module.css';

interface Values {
  name: string;
  colour: string;
  description: string;
}

const list = pageAt('set-up', 'tags');
const fresh: Values = { name: '', colour: '', description: '' };
const valuesOf = ({ name, colour = '', description = '' }: Tag): Values => ({ name, colour, description });

/** One tag, or a new one. */
export const TagForm = ({ id }: { id: string | undefined }) => (
  <Editor<Tag, Values> path={id && `/tags/${id}`} valuesOf={valuesOf} fresh={fresh}>
    {(from) => <Loaded id={id} from={from} />}
  </Editor>
);

function Loaded({ id, from }: { id: string | undefined; from: Thing<Values> }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const { line, atMost } = useChecks();
  const form = useForm<Values>({
    name: `tags/${id ?? '+'}`,
    from,
    check: ({ name, description }) =>
      errorsOf<Values>({ name: line(name), description: atMost(2048)(description) }),
    async save({ values, changed, version }) {
      const { value, ...saved } =
        version === undefined
          ? // By its name alone the API would change the one that is called so.
            await writeThing<Tag>('POST', '/tags', { body: { ...values, isNew: true } })
          : await writeThing<Tag>('PATCH', `/tags/${id}`, { body: changed, version });
      return { ...saved, value: valuesOf(value) };
    },
    saved(_, { isMore }) {
      toast(t`Saved`);
      if (!isMore) go(asLeft(list));
    },
    reread: () => rereadThing(`/tags/${id}`, valuesOf),
  });
  const { name } = from.value;
  return (
    <FormPage
      form={form}
      title={id === undefined ? t`New tag` : name}
      back={{ href: list, label: t`Tags` }}
      more={id !== undefined && <RemoveTag id={id} name={name} version={from.version} />}
    >
      <TextField
        form={form}
        name="name"
        label={t`Name`}
        help={t`Short: it stands beside the customer’s name. No two tags are called alike.`}
      />
      <ColourField form={form} />
      <TextField
        form={form}
        name="description"
        label={t`What it is for`}
        optional
        rows={3}
        help={t`Agents read it when they choose a tag.`}
      />
    </FormPage>
  );
}

function ColourField({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { colour } = form.values;
  return (
    <Field
      form={form}
      name="colour"
      label={t`Colour`}
      optional
      help={t`By which agents know it at a glance.`}
    >
      {(inside) => (
        <div className={css.colour}>
          <input
            {...inside}
            type="color"
            value={colour || '#8b8c86'}
            onChange={(event) => form.set('colour', event.target.value)}
          />
          {colour && (
            <>
              <code dir="ltr">{colour}</code>
              <button type="button" onClick={() => form.set('colour', '')}>
                <Trans>No colour</Trans>
              </button>
            </>
          )}
        </div>
      )}
    </Field>
  );
}

function RemoveTag({ id, name, version }: { id: string; name: string; version: string | undefined }) {
  const { t } = useLingui();
  return (
    <Remove
      verb={t`Remove the tag`}
      title={t`Remove the tag “${name}”?`}
      does={[
        t`It is taken off every customer who has it.`,
        t`Filters and views by this tag find nobody any more.`,
        t`This cannot be taken back: a new tag of the same name begins with nobody.`,
      ]}
      path={`/tags/${id}`}
      version={version}
      back={asLeft(list)}
      gone={t`The tag is removed`}
    />
  );
}
