import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { type ComponentType, lazy } from 'react';
import type { Right } from './rights.ts';

/** The parts of the start column, in their order. */
export const groups = {
  start: msg`Start`,
  'set-up': msg`Set-up`,
  developers: msg`Developers`,
  look: msg`Look`,
} as const;
export type Group = keyof typeof groups;

/** What a page is drawn with: the rest of its address. */
export interface PageProps {
  /** Of the thing that is shown; undefined: the list, or a page without one. */
  item: string | undefined;
  /** Nothing is shown but a new one is made. */
  isNew: boolean;
}

export interface Page {
  /** Its address is `/console/{group}/{id}`. */
  id: string;
  group: Group;
  title: MessageDescriptor;
  /** Who may open it; the server says itself who may do what. */
  right: Right;
  View: ComponentType<PageProps>;
}

type Load = () => Promise<{ default: ComponentType<PageProps> }>;
const page = (group: Group, id: string, right: Right, title: MessageDescriptor, load: Load): Page => ({
  ...{ id, group, right, title },
  View: lazy(load),
});

/**
 * Every page of the console, in the order in which the start column lists them within their group. A new page is a file
 * that exports its view as default, and a line here.
 */
export const pages: readonly Page[] = [
  page('start', 'first-steps', 'admin', msg`First steps`, () => import('./first-steps/page.tsx')),
  page('set-up', 'channels', 'admin', msg`Channels`, () => import('./channels/page.tsx')),
  page('set-up', 'queues', 'admin', msg`Queues`, () => import('./queues/page.tsx')),
  page('set-up', 'teams', 'admin', msg`Teams`, () => import('./teams/page.tsx')),
  page('set-up', 'agents', 'admin', msg`Agents`, () => import('./agents/page.tsx')),
  page('set-up', 'canned-answers', 'supervisor', msg`Canned answers`, () => import('./canned/page.tsx')),
  page('set-up', 'templates', 'admin', msg`Templates`, () => import('./templates/page.tsx')),
  page('set-up', 'tags', 'admin', msg`Tags`, () => import('./tags/page.tsx')),
  page('set-up', 'custom-fields', 'admin', msg`Custom fields`, () => import('./fields/page.tsx')),
  page('set-up', 'variables', 'admin', msg`Variables`, () => import('./vars/page.tsx')),
  page('set-up', 'business', 'admin', msg`Business`, () => import('./business/page.tsx')),
  page('developers', 'apps', 'admin', msg`Apps and keys`, () => import('./apps/page.tsx')),
  page('developers', 'webhooks', 'admin', msg`Webhooks`, () => import('./webhooks/page.tsx')),
  page('look', 'analytics', 'supervisor', msg`Analytics`, () => import('./analytics/page.tsx')),
  page('look', 'why', 'supervisor', msg`Why?`, () => import('./why/page.tsx')),
  page('look', 'audit', 'admin', msg`Audit log`, () => import('./audit/page.tsx')),
];
