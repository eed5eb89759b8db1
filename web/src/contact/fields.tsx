import { Trans, useLingui } from '@lingui/react/macro';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { Person } from '../api/types.ts';
import { tagsWanted } from '../shell/ui-state.ts';
import { useNames } from '../store/me.ts';
import { signal, usePart, useSignal } from '../store/signal.ts';
import { asciiDigits } from '../text/fold.ts';
import { Menu } from '../ui/menu.tsx';
import { useStable } from '../ui/stable.ts';
import type { useChange } from './change.ts';
import css from './contact.module.css';

/** What was typed and the server did not take, by the id of the field: it is there to be tried again, also for who went on. */
const notSaved = signal<Record<string, string>>({});

const keep = (id: string, text: string | undefined) =>
  notSaved.set(({ [id]: _before, ...others }) => (text === undefined ? others : { ...others, [id]: text }));

interface FieldProps {
  /** Of which customer it is, and which field of theirs. */
  id: string;
  label: string;
  value: string;
  /** What the channel says, where the business says nothing. */
  shown?: string;
  kind?: 'text' | 'tel' | 'email' | 'number' | 'date';
  /** False: it was not saved. */
  save(value: string): Promise<boolean>;
}

/** A line that turns into a field when one clicks into it; Enter keeps, and so does going on; Esc leaves as it was. */
export function Field({ id, label, value, shown, kind = 'text', save }: FieldProps) {
  const { t } = useLingui();
  const refused = usePart(notSaved, (all) => all[id]);
  const [draft, setDraft] = useState<string>();
  const left = useRef(false);
  const isCode = kind !== 'text';
  const why = useId();
  const end = useStable(async () => {
    const isLeft = left.current;
    left.current = false;
    if (draft === undefined) return;
    setDraft(undefined);
    keep(id, undefined);
    const typed = kind === 'text' || kind === 'email' ? draft.trim() : asciiDigits(draft.trim());
    if (!isLeft && typed !== value && !(await save(typed))) keep(id, typed);
  });
  // Who goes on to the next conversation leaves the field without a word.
  useEffect(() => () => void end(), [end]);
  const text = value || shown;
  return (
    <div className={css.field}>
      <dt>
        <bdi>{label}</bdi>
      </dt>
      <dd>
        {draft === undefined && refused === undefined ? (
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
            // What comes back by itself takes nobody out of what they write.
            autoFocus={draft !== undefined}
            dir={isCode ? 'ltr' : 'auto'}
            type={kind === 'number' ? 'text' : kind}
            inputMode={kind === 'number' ? 'decimal' : undefined}
            aria-label={label}
            aria-invalid={refused !== undefined}
            aria-describedby={refused === undefined ? undefined : why}
            value={draft ?? refused}
            onFocus={() => setDraft(draft ?? refused)}
            onChange={(event) => setDraft(event.target.value)}
            onBlur={() => void end()}
            onKeyDown={(event) => {
              if (event.key === 'Escape') left.current = true;
              if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
            }}
          />
        )}
        {refused !== undefined && (
          <small id={why} className={css.refused}>
            <Trans>Not saved. Enter tries again, Esc leaves it as it was.</Trans>
          </small>
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
