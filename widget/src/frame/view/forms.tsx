import type { TargetedSubmitEvent } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { Site } from '../../site.ts';
import { asciiDigits } from '../links.ts';
import type { Profile } from '../protocol.ts';
import type { Words } from '../words/words.ts';
import { asked, type Name, wantsEmail } from './asked.ts';
import { fill, useAround, useNow } from './context.ts';

type Errors = { [Key in Name]?: string };

const kinds = { name: 'text', email: 'email', phone: 'tel' } as const;

/** The form before the chat. */
export function PreChat() {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const preChat = chat.site.preChat!;
  const fields = asked(chat, useNow());
  const { errors, busy, submit } = useForm(fields, preChat, () => {
    chat.storage.set('introduced', true);
    chat.store.change({});
  });
  return (
    <form class="card" noValidate onSubmit={submit}>
      <h2>{words.before}</h2>
      {fields.map((name) => (
        <Field key={name} name={name} error={errors[name]} isOptional={preChat[name] === 'optional'} />
      ))}
      <button type="submit" class="main" aria-disabled={busy}>
        {words.begin}
      </button>
    </form>
  );
}

/** While nobody is there: an address to which can be answered. */
export function EmailCapture() {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const { store } = chat;
  const now = useNow();
  const [thanks, setThanks] = useState('');
  const { errors, busy, submit } = useForm(['email'], { email: 'required' }, ({ email }) => {
    setThanks(email ?? '');
    store.change({ visitor: { ...store.now.visitor, ...(email && { email }) } });
  });
  if (thanks) {
    return (
      <p class="capture" role="status">
        {fill(words.thanks, { email: thanks })}
      </p>
    );
  }
  if (!wantsEmail(chat, now)) return null;
  return (
    <form class="capture" noValidate onSubmit={submit}>
      <p>{words.leaveEmail}</p>
      <Field name="email" error={errors.email} />
      <button type="submit" class="main" aria-disabled={busy}>
        {words.save}
      </button>
      <button type="button" class="quiet" onClick={chat.putOffEmail}>
        {words.notNow}
      </button>
    </form>
  );
}

function Field({
  name,
  error,
  isOptional,
}: {
  name: Name;
  error?: string | undefined;
  isOptional?: boolean;
}) {
  const { words } = useAround().tongue;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {words[name]} {isOptional && <small>({words.optional})</small>}
      </label>
      <input
        {...({ type: kinds[name] } as { type: 'text'; list: undefined })}
        id={id}
        name={name}
        dir={name === 'name' ? 'auto' : 'ltr'}
        autoComplete={name === 'phone' ? 'tel' : name}
        maxLength={254}
        required={!isOptional}
        aria-invalid={error !== undefined}
        aria-describedby={error && `${id}e`}
      />
      {error && (
        <p class="error" id={`${id}e`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Checks a form, sends it, and shows what was not taken beside its field; the first of these has the focus. */
function useForm(
  fields: readonly Name[],
  rules: NonNullable<Site['preChat']>,
  done: (profile: Profile) => void,
) {
  const { chat, tongue } = useAround();
  const [errors, setErrors] = useState<Errors>({});
  const busy = useRef(false);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (busy.current) return;
    const filled = new FormData(form);
    const profile: Profile = {};
    for (const name of fields) {
      const value = asciiDigits(String(filled.get(name) ?? '').trim());
      if (value) profile[name] = value;
    }
    let found = mistakes(profile, fields, rules, tongue.words);
    if (Object.keys(found).length === 0) {
      busy.current = true;
      const refused = await chat.introduce(profile);
      busy.current = false;
      if (!refused) return done(profile);
      found = { [refused.field ?? fields[0]!]: refused.message };
    }
    setErrors(found);
    const first = fields.find((name) => found[name]);
    form.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  };
  return { errors, busy: busy.current, submit };
}

function mistakes(
  profile: Profile,
  fields: readonly Name[],
  rules: NonNullable<Site['preChat']>,
  words: Words,
): Errors {
  const found: Errors = {};
  for (const name of fields) if (!profile[name] && rules[name] === 'required') found[name] = words.needed;
  if (profile.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(profile.email)) found.email = words.badEmail;
  if (profile.phone && !/^\+?[\d\s().-]{6,24}$/.test(profile.phone)) found.phone = words.badPhone;
  return found;
}
