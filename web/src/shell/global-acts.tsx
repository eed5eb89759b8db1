import { useLingui } from '@lingui/react/macro';
import { useActs } from '../keys/acts.ts';
import { toggleSimulator } from '../simulator/where.ts';
import { useMe } from '../store/me.ts';
import { undoLast } from '../store/toasts.ts';
import { ownNames } from '../theme/language.ts';
import { languages, prefer, preferences } from '../theme/preferences.ts';
import { useGo } from './go.ts';
import { signOut } from './sign-out.ts';
import { layer } from './ui-state.ts';

/** Parts of the screen in the order in which F6 goes through them. */
const regions = ['rail', 'views', 'list', 'thread', 'composer', 'contact', 'simulator'];

function nextRegion(step: 1 | -1): void {
  const there = regions
    .map((name) => document.querySelector<HTMLElement>(`[data-region="${name}"]`))
    .filter((one): one is HTMLElement => one !== null && one.offsetParent !== null);
  const here = there.findIndex((one) => one.contains(document.activeElement));
  const to = there[(here + step + there.length) % there.length];
  const inside = to?.querySelector<HTMLElement>(
    '[tabindex="0"], textarea, button:not([tabindex="-1"]), a[href], input',
  );
  (inside ?? to)?.focus();
}

/** What can be done anywhere. */
export function useGlobalActs(): void {
  const { t } = useLingui();
  const go = useGo();
  const { rights, role } = useMe();
  useActs([
    {
      id: 'palette',
      label: t`Open the command palette`,
      keys: ['Mod+KeyK'],
      inFields: true,
      run: () => layer.set('palette'),
    },
    {
      id: 'search',
      label: t`Search all messages and customers`,
      keys: ['Slash'],
      run: () => layer.set('search'),
    },
    {
      id: 'keys',
      label: t`Show the keyboard shortcuts`,
      keys: ['Shift+Slash'],
      run: () => layer.set('keys'),
    },
    { id: 'undo', label: t`Undo`, keys: ['KeyZ'], run: undoLast },
    { id: 'go-inbox', label: t`Go to the inbox`, keys: ['KeyG KeyI'], run: () => go('/inbox') },
    { id: 'go-settings', label: t`Go to the settings`, keys: ['KeyG KeyS'], run: () => go('/settings') },
    ...(role === 'agent'
      ? []
      : [
          {
            id: 'go-console',
            label: t`Go to the administration`,
            keys: ['KeyG KeyU'],
            run: () => go('/console'),
          },
        ]),
    ...(rights.simulate
      ? [
          {
            id: 'simulator',
            label: t`Open or close the simulator`,
            keys: ['KeyG KeyP'],
            run: () => toggleSimulator(go),
          },
        ]
      : []),
    {
      id: 'region',
      label: t`Next part of the screen`,
      keys: ['F6'],
      inFields: true,
      run: () => nextRegion(1),
    },
    {
      id: 'region-back',
      label: t`Previous part of the screen`,
      keys: ['Shift+F6'],
      inFields: true,
      run: () => nextRegion(-1),
    },
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
