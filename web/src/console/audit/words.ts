import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import type { AuditLine } from './line.ts';

/** Every verb of the API in the language of the screen, by the kind of thing that it is about. */
const verbs: Record<string, Record<string, MessageDescriptor>> = {
  business: { created: msg`Business made`, changed: msg`Business changed` },
  agent: {
    signedIn: msg`Signed in`,
    signInFailed: msg`Sign-in failed`,
    signedOut: msg`Signed out`,
    signedOutEverywhere: msg`Signed out everywhere`,
    created: msg`Agent added`,
    changed: msg`Agent changed`,
    removed: msg`Agent removed`,
    linkCreated: msg`Link for a password made`,
    passwordChanged: msg`Password changed`,
    codesBegun: msg`Codes of a second device begun`,
    codesOn: msg`Codes of a second device switched on`,
    codesOff: msg`Codes of a second device switched off`,
  },
  key: { created: msg`Key made`, revoked: msg`Key revoked` },
  accessToken: { created: msg`Access token opened`, revoked: msg`Access token revoked` },
  channel: {
    created: msg`Channel added`,
    changed: msg`Channel changed`,
    removed: msg`Channel removed`,
    mended: msg`Channel mended by a test`,
  },
  endpoint: {
    created: msg`Webhook added`,
    changed: msg`Webhook changed`,
    removed: msg`Webhook removed`,
    enabled: msg`Webhook switched on`,
    disabled: msg`Webhook switched off`,
    rotated: msg`Secret of a webhook replaced`,
    replayed: msg`Webhook told again`,
    tested: msg`Webhook tried out`,
  },
  app: { created: msg`App added`, changed: msg`App changed`, removed: msg`App removed` },
  queue: { created: msg`Queue added`, changed: msg`Queue changed`, removed: msg`Queue removed` },
  team: { created: msg`Team added`, changed: msg`Team changed`, removed: msg`Team removed` },
  template: { created: msg`Template added`, changed: msg`Template changed`, removed: msg`Template removed` },
  var: { created: msg`Variable added`, changed: msg`Variable changed`, removed: msg`Variable removed` },
  tag: { created: msg`Tag added`, changed: msg`Tag changed`, removed: msg`Tag removed` },
  customField: {
    created: msg`Custom field added`,
    changed: msg`Custom field changed`,
    removed: msg`Custom field removed`,
  },
  cannedAnswer: {
    created: msg`Canned answer added`,
    changed: msg`Canned answer changed`,
    removed: msg`Canned answer removed`,
  },
  visitorSecret: { replaced: msg`Secret for visitors replaced` },
  endUser: {
    banned: msg`Customer account banned`,
    unbanned: msg`Customer account let in again`,
    signedOut: msg`Customer account signed out`,
  },
  message: { deleted: msg`Message deleted` },
  audit: { exported: msg`Audit log exported` },
  analytics: { exported: msg`Figures exported` },
};

/** The kinds of things, in the order in which they are chosen from. */
export const kinds: Record<string, MessageDescriptor> = {
  agent: msg`Agents and sign-ins`,
  key: msg`Keys`,
  accessToken: msg`Access tokens`,
  channel: msg`Channels`,
  endpoint: msg`Webhooks`,
  app: msg`Apps`,
  queue: msg`Queues`,
  team: msg`Teams`,
  template: msg`Templates`,
  var: msg`Variables`,
  tag: msg`Tags`,
  customField: msg`Custom fields`,
  cannedAnswer: msg`Canned answers`,
  message: msg`Messages`,
  endUser: msg`Customer accounts`,
  visitorSecret: msg`Secret for visitors`,
  business: msg`The business`,
  audit: msg`The audit log`,
  analytics: msg`Figures`,
};

/** Who can have done something, where it is not one person. */
export const doers: Record<string, MessageDescriptor> = {
  agent: msg`People who signed in`,
  key: msg`Keys`,
  accessToken: msg`Access tokens`,
  installationKey: msg`The key of the installation`,
  system: msg`Parley itself`,
  nobody: msg`Nobody who is known`,
};

/** How lines are told. What a newer server knows and this screen does not is told as it is. */
export function useAuditWords() {
  const { _: t } = useLingui();
  return {
    what({ what }: Pick<AuditLine, 'what'>): string {
      const [kind = '', deed = ''] = what.split('.');
      const word = verbs[kind]?.[deed];
      return word ? t(word) : what;
    },
    /** The verbs about things of a kind: what is sent to the API, and how it is told. */
    verbsOf: (kind: string): [string, string][] =>
      Object.entries(verbs[kind] ?? {}).map(([deed, word]) => [`${kind}.${deed}`, t(word)]),
    kinds: (): [string, string][] => Object.entries(kinds).map(([kind, word]) => [kind, t(word)]),
    doers: (): [string, string][] => Object.entries(doers).map(([kind, word]) => [kind, t(word)]),
    /** The name of who did it; of what has none, what it is. */
    who: ({ who: { kind, id, name } }: Pick<AuditLine, 'who'>): string => {
      const word = doers[kind];
      if (kind === 'system' || kind === 'nobody' || kind === 'installationKey') return word ? t(word) : kind;
      return name ?? id ?? kind;
    },
    /** What the one is by whom it was done, where the name does not say it. */
    way({ who: { kind } }: Pick<AuditLine, 'who'>): string | undefined {
      if (kind === 'key') return t(msg`by a key`);
      return kind === 'accessToken' ? t(msg`by an access token`) : undefined;
    },
  };
}
