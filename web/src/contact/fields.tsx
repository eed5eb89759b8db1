import { Trans, useLingui } from '@lingui/react/macro';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Person } from '../api/types.ts';
import { tagsWanted } from '../shell/ui-state.ts';
import { useNames } from '../store/me.ts';
import { useSignal } from '../store/signal.ts';
import { asciiDigits } from '../text/fold.ts';
import { Menu } from '../ui/menu.tsx';
import type { useChange } from './change.ts';
import css from './contact.module.css';

interface FieldProps {
  label: string;
  value: string;
  /** What the channel says, where the business says nothing. */
  shown?: string;
  kind?: 'text' | 'tel' | 'email' | 'number' | 'date';
  save(value: string): void;
}

/** A line that turns into a field when one clicks into it; Enter keeps, Esc leaves as it was. */
export function Field({ label, value, shown, kind = 'text', save }: FieldProps) {
  const { t } = useLingui();
  const [draft, setDraft] = useState<string>();
  const left = useRef(false);
  const isCode = kind !== 'text';
  const end = () => {
    if (draft !== undefined && !left.current && draft.trim() !== value)
      save(kind === 'text' || kind === 'email' ? draft.trim() : asciiDigits(draft.trim()));
    left.current = false;
    setDraft(undefined);
  };
  const text = value || shown;
  return (
    <div className={css.field}>
      <dt dir="auto">{label}</dt>
      <dd>
        {draft === undefined ? (
          <button
            type="button"
            onClick={() => setDraft(value)}
            aria-label={t`Change ${label}`}
            data-empty={!text || undefined}
          >
            {text ? (
              isCode ? (
                <bdi dir="ltr">{text}</bdi>
              ) : (
                <span dir="auto">{text}</span>
              )
            ) : (
              <Trans>Add</Trans>
            )}
          </button>
        ) : (
          <input
            autoFocus
            dir={isCode ? 'ltr' : 'auto'}
            type={kind === 'number' ? 'text' : kind}
            inputMode={kind === 'number' ? 'decimal' : undefined}
            aria-label={label}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onBlur={end}
            onKeyDown={(event) => {
              if (event.key === 'Escape') left.current = true;
              if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
            }}
          />
        )}
      </dd>
    </div>
  );
}

/** So long a key may be ahead of the pane that it opens. */
const wantedForMs = 3000;

/** By what the business sorts the customer. */
export function Tags({ person, change }: { person: Person; change: ReturnType<typeof useChange> }) {
  const { t } = useLingui();
  const names = useNames();
  const others = names.tags.filter(({ id }) => !person.tags.includes(id));
  const [opened, setOpened] = useState(false);
  const wanted = useSignal(tagsWanted);
  useEffect(() => {
    if (Date.now() - wanted < wantedForMs) setOpened(true);
  }, [wanted]);
  return (
    <div className={css.tags}>
      {person.tags.map((id) => {
        const name = names.tag(id)?.name ?? String(id);
        return (
          <span key={id} className={css.tag}>
            <bdi>{name}</bdi>
            <button
              type="button"
              aria-label={t`Take the tag ${name} away`}
              onClick={() => void change.tags(person.tags.filter((one) => one !== id))}
            >
              <IconX size={12} />
            </button>
          </span>
        );
      })}
      {others.length > 0 ? (
        <Menu
          position="bottom-start"
          width={200}
          most={300}
          opened={opened}
          onChange={setOpened}
          entries={() =>
            others.map(({ id, name }) => ({
              id: String(id),
              label: <bdi>{name}</bdi>,
              run: () => void change.tags([...person.tags, id]),
            }))
          }
        >
          <button type="button" className={css.addTag}>
            <IconPlus size={14} /> <Trans>Tag</Trans>
          </button>
        </Menu>
      ) : (
        person.tags.length === 0 && (
          <p className={css.none}>
            <Trans>There are no tags yet.</Trans>
          </p>
        )
      )}
    </div>
  );
}
