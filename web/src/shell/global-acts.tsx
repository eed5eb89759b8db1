import { useLingui } from '@lingui/react/macro';
import { useActs } from '../keys/acts.ts';
import { useNamedActs } from '../keys/table.ts';
import { toggleSimulator } from '../simulator/where.ts';
import { useMe } from '../store/me.ts';
import { undoLast } from '../store/toasts.ts';
import { ownNames } from '../theme/language.ts';
import { languages, prefer, preferences } from '../theme/preferences.ts';
import { useGo } from './go.ts';
import { signOut } from './sign-out.ts';
import { layer } from './ui-state.ts';

/** Parts of the screen in the order in which F6 goes through them, and where one begins in each. */
const regions: [name: string, begin?: string][] = [
  ['rail'],
  ['views', '[aria-current]'],
  ['list', '[data-row][tabindex="0"]'],
  ['thread', 'article[tabindex="0"]'],
  ['composer', 'textarea'],
  ['contact'],
  ['simulator'],
  ['notices', 'button'],
];

const reachable = '[tabindex="0"], textarea, button:not([tabindex="-1"]), a[href], input';

function nextRegion(step: 1 | -1): void {
  const there = regions.flatMap(([name, begin]) => {
    const element = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    return element?.offsetParent ? [{ element, begin }] : [];
  });
  // The composer lies within the thread: of those that have the focus the last one is meant.
  const here = there.findLastIndex(({ element }) => element.contains(document.activeElement));
  const to =
    there[here === -1 && step === -1 ? there.length - 1 : (here + step + there.length) % there.length];
  if (!to) return;
  const { element, begin } = to;
  const inside = begin ? element.querySelector<HTMLElement>(begin) : undefined;
  (inside ?? element.querySelector<HTMLElement>(reachable) ?? element).focus();
}

/** What can be done anywhere. */
export function useGlobalActs(): void {
  const { t } = useLingui();
  const go = useGo();
  const { rights, role } = useMe();
  useNamedActs({
    palette: () => layer.set('palette'),
    search: () => layer.set('search'),
    keys: () => layer.set('keys'),
    undo: undoLast,
    'go-inbox': () => go('/inbox'),
    'go-contacts': () => go('/contacts'),
    'go-settings': () => go('/settings'),
    ...(role !== 'agent' && {
      'go-console': () => go('/console'),
      'go-analytics': () => go('/console/look/analytics'),
    }),
    ...(rights.simulate && { simulator: () => toggleSimulator(go) }),
    region: () => nextRegion(1),
    'region-back': () => nextRegion(-1),
  });
  useActs([
    { id: 'dark', label: t`Dark colours`, run: () => prefer({ theme: 'dark' }) },
    { id: 'light', label: t`Light colours`, run: () => prefer({ theme: 'light' }) },
    { id: 'auto', label: t`Colours of the system`, run: () => prefer({ theme: 'auto' }) },
    {
      id: 'density',
      label: t`Compact or comfortable rows`,
      run: () => prefer({ density: preferences().density === 'compact' ? 'comfortable' : 'compact' }),
    },
    ...languages.map((language) => ({
      id: `language-${language}`,
      label: ownNames[language],
      run: () => prefer({ language }),
    })),
    { id: 'sign-out', label: t`Sign out`, run: () => void signOut() },
  ]);
}
