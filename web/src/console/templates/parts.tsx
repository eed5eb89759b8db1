import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { upload } from '../../composer/upload.ts';
import { useSentence } from '../../ui/states.tsx';
import type { Form } from '../form/form.ts';
import type { Checked } from './checked.ts';
import { Beside } from './findings.tsx';
import { noMedia, type TemplateButton, type Values, variablesOf } from './template.ts';
import css from './templates.module.css';

/** What a part of the editor is drawn with. */
export interface PartProps {
  form: Form<Values>;
  checked: Checked | undefined;
}

/** Choices, links and numbers below the text. */
export function Buttons({ form, checked }: PartProps) {
  const { t } = useLingui();
  form.labels.set('buttons', t`Buttons`);
  const { buttons } = form.values;
  const set = (next: TemplateButton[]) => form.set('buttons', next);
  const change = (at: number, more: Partial<TemplateButton>) =>
    set(buttons.map((one, i) => (i === at ? { ...one, ...more } : one)));
  return (
    <fieldset className={css.part} id="field-buttons" tabIndex={-1}>
      <legend>
        <Trans>Buttons</Trans>
      </legend>
      {buttons.map((button, i) => {
        const number = i + 1;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a button is what stands at its place
          <div key={i} className={css.button} role="group" aria-label={t`Button ${number}`}>
            <select
              aria-label={t`Kind of button ${number}`}
              value={button.type}
              onChange={(event) => change(i, { type: event.target.value as TemplateButton['type'] })}
            >
              <option value="QUICK_REPLY">{t`Choice`}</option>
              <option value="URL">{t`Link`}</option>
              <option value="PHONE_NUMBER">{t`Phone number`}</option>
              {button.type === 'LOCATION_REQUEST' && (
                <option value="LOCATION_REQUEST">{t`Asks for a place`}</option>
              )}
            </select>
            <input
              aria-label={t`Label of button ${number}`}
              dir="auto"
              value={button.label}
              placeholder={t`Label`}
              onChange={(event) => change(i, { label: event.target.value })}
            />
            {button.type === 'URL' && (
              <input
                aria-label={t`Address of button ${number}`}
                dir="ltr"
                value={button.url ?? ''}
                placeholder="https://"
                onChange={(event) => change(i, { url: event.target.value })}
              />
            )}
            {button.type === 'PHONE_NUMBER' && (
              <input
                aria-label={t`Number of button ${number}`}
                dir="ltr"
                value={button.phone ?? ''}
                placeholder="+966"
                onChange={(event) => change(i, { phone: event.target.value })}
              />
            )}
            <button
              type="button"
              className={css.icon}
              aria-label={t`Remove button ${number}`}
              onClick={() => set(buttons.filter((_, at) => at !== i))}
            >
              <IconTrash size={17} />
            </button>
          </div>
        );
      })}
      <Beside checked={checked} field="buttons" />
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={15} />}
        onClick={() => set([...buttons, { type: 'QUICK_REPLY', label: '' }])}
      >
        <Trans>Add a button</Trans>
      </Button>
    </fieldset>
  );
}

/** A picture, video or document above the text. */
export function MediaAbove({ form, checked }: PartProps) {
  const { t } = useLingui();
  const sentence = useSentence();
  form.labels.set('media', t`File above the text`);
  const [part, setPart] = useState<number>();
  const [error, setError] = useState<unknown>();
  const { media } = form.values;
  const kinds = [
    ['', t`None`],
    ['image', t`Picture`],
    ['video', t`Video`],
    ['document', t`Document`],
  ] as const;
  const take = async (file: File | undefined) => {
    if (!file) return;
    setError(undefined);
    setPart(0);
    try {
      const { link = '' } = await upload(file, setPart).done;
      form.set('media', { ...media, link, filename: file.name });
    } catch (failure) {
      setError(failure);
    } finally {
      setPart(undefined);
    }
  };
  return (
    <fieldset className={css.part} id="field-media" tabIndex={-1}>
      <legend>
        <Trans>File above the text</Trans>
      </legend>
      <select
        aria-label={t`Kind of file`}
        value={media.type}
        onChange={(event) =>
          form.set('media', event.target.value ? { ...media, type: event.target.value } : noMedia)
        }
      >
        {kinds.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      {media.type !== '' && (
        <>
          <input
            aria-label={t`Address of the file`}
            dir="ltr"
            value={media.link}
            placeholder="https://"
            onChange={(event) => form.set('media', { ...media, link: event.target.value })}
          />
          <label className={css.choose}>
            <Trans>Upload a file</Trans>
            <input type="file" onChange={(event) => void take(event.target.files?.[0])} />
          </label>
          {part !== undefined && <progress value={part} aria-label={t`Uploading`} />}
          {error !== undefined && <p role="alert">{sentence(error)}</p>}
        </>
      )}
      <Beside checked={checked} field="media" />
      <Beside checked={checked} field="media.type" />
      <Beside checked={checked} field="media.link" />
    </fieldset>
  );
}

/** What each variable may stand for. */
export function Samples({ form, checked }: PartProps) {
  const { t } = useLingui();
  form.labels.set('samples', t`Samples`);
  const { samples } = form.values;
  const names = variablesOf(form.values);
  if (names.length === 0) return null;
  return (
    <fieldset className={css.part} id="field-samples" tabIndex={-1}>
      <legend>
        <Trans>Samples</Trans>
      </legend>
      <p>
        <Trans>What each variable may stand for: for the preview, and for those who approve it.</Trans>
      </p>
      {names.map((name) => (
        <label key={name} className={css.sample}>
          <bdi dir="ltr">{name}</bdi>
          <input
            dir="auto"
            value={samples[name] ?? ''}
            onChange={(event) => form.set('samples', { ...samples, [name]: event.target.value })}
          />
          <Beside checked={checked} field={`samples.${name}`} />
        </label>
      ))}
    </fieldset>
  );
}
