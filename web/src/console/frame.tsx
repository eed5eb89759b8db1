import { Trans, useLingui } from '@lingui/react/macro';
import { IconChevronLeft, IconLock } from '@tabler/icons-react';
import { Suspense, useEffect, useRef } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import { screenTitle } from '../shell/ui-state.ts';
import { useMe } from '../store/me.ts';
import { usePreferences } from '../theme/preferences.ts';
import { Guarded } from '../ui/guarded.tsx';
import { Bones, Empty } from '../ui/states.tsx';
import { useWidth } from '../ui/width.ts';
import { pageAt, readAddress } from './address.ts';
import css from './frame.module.css';
import { groups, type Page, pages } from './pages.ts';
import { type Right, useMay } from './rights.ts';

/** The console: the start column with its groups, and the page beside it. On a phone one of the two. */
export default function Frame() {
  const { t } = useLingui();
  const may = useMay();
  const [path] = useLocation();
  const isPhone = useWidth() === 'phone';
  const { firstSteps } = usePreferences();
  const { group, id, ...rest } = readAddress(path);
  const page = pages.find((one) => one.group === group && one.id === id);
  const open = pages.filter(({ right }) => may(right));
  const main = useRef<HTMLElement>(null);
  const title = page && t(page.title);
  useEffect(() => {
    screenTitle.set(title ?? t`Administration`);
    return () => screenTitle.set(undefined);
  }, [title, t]);
  useEffect(() => {
    // What was followed may be gone with the page that had it: the keyboard goes on from the new one.
    if (document.activeElement === document.body) main.current?.focus();
  }, [path]);
  // Who is through with the first steps, or put them away, begins with what comes after them.
  const first = open.find(({ group: of }) => firstSteps || of !== 'start');
  if (group === undefined && first && !isPhone)
    return <Redirect to={pageAt(first.group, first.id)} replace />;
  return (
    <div className={css.frame}>
      {!(isPhone && page) && <Column pages={open} here={page} />}
      {(page || !isPhone || !first || group !== undefined) && (
        <main ref={main} className={css.page} id="thread" tabIndex={-1} data-region="thread">
          {isPhone && page && rest.item === undefined && !rest.isNew && (
            <Link href="/console" className={css.back ?? ''}>
              <IconChevronLeft size={18} className="mirror" />
              <Trans>Administration</Trans>
            </Link>
          )}
          {!first ? (
            <Missing right={page?.right ?? (may('supervisor') ? 'admin' : 'supervisor')} />
          ) : !page ? (
            <Empty title={t`There is no such page`} />
          ) : !may(page.right) ? (
            <Missing right={page.right} />
          ) : (
            <Guarded key={`${page.group}/${page.id}`} of={path}>
              <Suspense fallback={<Bones count={8} shape="line" />}>
                <page.View {...rest} />
              </Suspense>
            </Guarded>
          )}
        </main>
      )}
    </div>
  );
}

/** Where one can go: only what one may open. */
function Column({ pages: open, here }: { pages: Page[]; here: Page | undefined }) {
  const { t } = useLingui();
  return (
    <nav className={css.column} aria-label={t`Administration`} id="list" tabIndex={-1} data-region="views">
      {Object.entries(groups).map(([group, title]) => {
        const inside = open.filter((one) => one.group === group);
        if (inside.length === 0) return null;
        return (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`}>{t(title)}</h2>
            <ul>
              {inside.map((one) => (
                <li key={one.id}>
                  <Link href={pageAt(one.group, one.id)} aria-current={one === here ? 'page' : undefined}>
                    {t(one.title)}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </nav>
  );
}

/** Says which right is missing. */
function Missing({ right }: { right: Right }) {
  const { t } = useLingui();
  const { role } = useMe();
  const words = { agent: t`agent`, supervisor: t`supervisor`, admin: t`administrator` };
  const mine = words[role];
  return (
    <>
      <h1 className="sr">
        <Trans>Administration</Trans>
      </h1>
      <Empty
        icon={<IconLock size={24} />}
        title={
          right === 'admin'
            ? t`This page is for administrators`
            : t`This page is for supervisors and administrators`
        }
      >
        <Trans>Your role is “{mine}”. An administrator can give you another one.</Trans>
      </Empty>
    </>
  );
}
