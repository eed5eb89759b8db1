import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useSearch } from 'wouter';
import { languageName } from '../../theme/format.ts';
import { itemAt, newAt, pageAt } from '../address.ts';
import { useTypes } from '../channels/channel.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import { ChoiceField, TextField } from '../form/fields.tsx';
import { FormPage } from '../form/form-page.tsx';
import { PlaceholderText } from '../form/placeholder-text.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { useAll } from '../list/rows.ts';
import { Remove } from '../ui/remove.tsx';
import { Approvals } from './approvals.tsx';
import { useChecked } from './checked.ts';
import { Beside } from './findings.tsx';
import { Buttons, MediaAbove, type PartProps, Samples } from './parts.tsx';
import { Preview } from './preview.tsx';
import { bodyOf, fresh, type Template, templatePath, type Values, valuesOf } from './template.ts';
import css from './templates.module.css';

const list = pageAt('set-up', 'templates');

/** One language of a template, or a new one: `item` is code and language. */
export function TemplateEditor({ item }: { item: string | undefined }) {
  const asked = new URLSearchParams(useSearch());
  const [code = '', lang = ''] = item?.split('/') ?? [];
  const begun = { ...fresh, code: asked.get('code') ?? '' };
  return (
    <Editor<Template, Values>
      path={item === undefined ? undefined : templatePath(code, lang)}
      valuesOf={valuesOf}
      fresh={begun}
    >
      {(from, template) => <Loaded from={from} template={template} />}
    </Editor>
  );
}

interface LoadedProps {
  from: Thing<Values>;
  template: Template | undefined;
}

function Loaded({ from, template }: LoadedProps) {
  const { t } = useLingui();
  const { code, lang } = from.value;
  const isOfOne = template === undefined && code !== '';
  const form = useTemplateForm({ from, template });
  const { data: checked } = useChecked(form.values);
  return (
    <div className={css.both}>
      <FormPage
        form={form}
        title={template ? template.name : isOfOne ? t`Another language` : t`New template`}
        back={{ href: list, label: t`Templates` }}
        more={
          template && (
            <>
              <Approvals
                code={code}
                lang={lang}
                approvals={template.approvals}
                views={checked?.channels}
                isChanged={form.isChanged}
              />
              <RemoveTemplate template={template} version={from.version} />
            </>
          )
        }
      >
        {code !== '' && <Languages code={code} lang={lang} />}
        {!template && (
          <>
            <TextField
              form={form}
              name="code"
              label={t`Code`}
              code
              help={t`By it programs name the template.`}
            />
            <TextField form={form} name="lang" label={t`Language`} code help={t`Such as “en” or “ar”.`} />
          </>
        )}
        <TextField form={form} name="name" label={t`Name`} optional />
        <Purpose form={form} from={from.value} checked={checked} />
        <Texts form={form} checked={checked} />
        <TextField form={form} name="title" label={t`Subject of e-mails`} optional />
        <TextField
          form={form}
          name="providerName"
          label={t`Name at the provider`}
          code
          optional
          help={t`Where it differs from the code.`}
        />
        <Beside checked={checked} field="providerName" />
        <Beside checked={checked} field="code" />
      </FormPage>
      <Preview views={checked?.channels} lang={form.values.lang} />
    </div>
  );
}

function useTemplateForm({ from, template }: LoadedProps) {
  const { code: codeLike, required, language } = useChecks();
  const { code, lang } = from.value;
  return useThingForm<Template, Values>({
    name: `templates/${template ? `${code}/${lang}` : `+${code}`}`,
    ...{ from, valuesOf },
    pathOf: (values) => templatePath(values.code, values.lang),
    check: (values) =>
      errorsOf<Values>({
        code: codeLike(values.code),
        lang: required(values.lang) ?? language(values.lang),
        body: required(values.body),
      }),
    bodyOf: ({ code: _, lang: __, ...rest }, values) =>
      // Without a name of its own it is called by its code.
      bodyOf(rest.name === '' ? { ...rest, name: values.code } : rest),
    // One stays: what was saved can be handed in now.
    next: (values) => (template ? undefined : itemAt('set-up', 'templates', `${values.code}/${values.lang}`)),
  });
}

/** For what, and for which channels. */
function Purpose({ form, from, checked }: PartProps & { from: Values }) {
  const { t } = useLingui();
  const { types = [] } = useTypes();
  // What it says already stays a choice while they are read.
  const contactTypes = [...new Set([...types.map((one) => one.contactType), from.contactType])].filter(
    Boolean,
  );
  return (
    <>
      <ChoiceField
        form={form}
        name="category"
        label={t`What it is for`}
        options={[
          ['', t`Not said`],
          ['UTILITY', t`Service: about something that the customer asked for`],
          ['MARKETING', t`Marketing: offers and news`],
          ...(['', 'UTILITY', 'MARKETING'].includes(from.category)
            ? []
            : [[from.category, from.category] as [string, string]]),
        ]}
      />
      <Beside checked={checked} field="category" />
      <ChoiceField
        form={form}
        name="contactType"
        label={t`Made for`}
        options={[['', t`All channels`], ...contactTypes.map((one) => [one, one] as [string, string])]}
      />
    </>
  );
}

/** What the customer gets, from top to bottom, and with which values it is tried. */
function Texts({ form, checked }: PartProps) {
  const { t } = useLingui();
  const variables: [string, string][] = [
    ['{{contact.name}}', t`Name of the customer`],
    ['{{contact.phone}}', t`Phone number of the customer`],
    ['{{order}}', t`Order`],
    ['{{date}}', t`Date`],
  ];
  return (
    <>
      <MediaAbove form={form} checked={checked} />
      <TextField form={form} name="header" label={t`Header`} optional />
      <Beside checked={checked} field="header" />
      <PlaceholderText form={form} name="body" label={t`Text`} rows={6} placeholders={variables} />
      <Beside checked={checked} field="body" />
      <TextField form={form} name="footer" label={t`Footer`} optional />
      <Beside checked={checked} field="footer" />
      <Buttons form={form} checked={checked} />
      <Samples form={form} checked={checked} />
    </>
  );
}

/** The languages of a template, side by side. */
function Languages({ code, lang }: { code: string; lang: string }) {
  const { t } = useLingui();
  const variants = useAll<Template>('/templates').items?.filter((one) => one.code === code) ?? [];
  return (
    <nav className={css.languages} aria-label={t`Languages of this template`}>
      {variants.map((one) => (
        <Link
          key={one.lang}
          href={itemAt('set-up', 'templates', `${code}/${one.lang}`)}
          aria-current={one.lang === lang ? 'page' : undefined}
        >
          {languageName(one.lang)}
        </Link>
      ))}
      <Link href={`${newAt('set-up', 'templates')}?code=${encodeURIComponent(code)}`}>
        + <Trans>Language</Trans>
      </Link>
    </nav>
  );
}

function RemoveTemplate({
  template: { code, lang, name },
  version,
}: {
  template: Template;
  version: string | undefined;
}) {
  const { t } = useLingui();
  const language = languageName(lang);
  return (
    <Remove
      verb={t`Remove this language`}
      title={t`Remove “${name}” in ${language}?`}
      does={[
        t`Programs and agents cannot send it in this language any more.`,
        t`At the provider it stays: it can be taken over from there again.`,
        t`Its history here is gone. This cannot be taken back.`,
      ]}
      path={templatePath(code, lang)}
      version={version}
      back={list}
      gone={t`The template is removed`}
    />
  );
}
