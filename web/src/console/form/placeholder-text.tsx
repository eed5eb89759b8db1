import { useLingui } from '@lingui/react/macro';
import { type ComponentProps, useRef } from 'react';
import { Field, type TextField } from './fields.tsx';
import css from './form.module.css';

type PlaceholderTextProps<V> = ComponentProps<typeof TextField<V>> & {
  /** What can be put into the text, and what it stands for. */
  placeholders: [put: string, meaning: string][];
};

/** A text with placeholders: each has a button that puts it where the caret is. */
export function PlaceholderText<V>({ placeholders, rows = 4, ...field }: PlaceholderTextProps<V>) {
  const { t } = useLingui();
  const area = useRef<HTMLTextAreaElement>(null);
  const { form, name } = field;
  const value = form.values[name] as string;
  const set = (text: string) => form.set(name, text as V[typeof name]);
  const put = (word: string) => {
    const box = area.current;
    const [from, to] = box ? [box.selectionStart, box.selectionEnd] : [value.length, value.length];
    set(value.slice(0, from) + word + value.slice(to));
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(from + word.length, from + word.length);
    });
  };
  return (
    <Field {...field}>
      {(inside) => (
        <>
          <textarea
            {...inside}
            ref={area}
            rows={rows}
            dir="auto"
            value={value}
            onChange={(event) => set(event.target.value)}
          />
          <div className={css.placeholders} role="group" aria-label={t`Put in`}>
            {placeholders.map(([word, meaning]) => (
              <button
                key={word}
                type="button"
                title={word}
                disabled={inside.disabled}
                onClick={() => put(word)}
              >
                + {meaning}
              </button>
            ))}
          </div>
        </>
      )}
    </Field>
  );
}
