import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { call, queryOf } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { number } from '../../theme/format.ts';
import { useSentence } from '../../ui/states.tsx';
import { readAgain } from '../form/thing.ts';
import { consoleKey } from '../list/rows.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useDoing } from '../ui/doing.ts';
import { useFocusBack } from '../ui/focus-back.ts';
import ui from '../ui/page.module.css';
import { Reason } from '../ui/reason.tsx';
import { type Endpoint, endpointPath } from './endpoint.ts';
import css from './webhooks.module.css';

/** What the API is asked for. */
type Range = { failed?: true; since?: number; until?: number };

interface Counted {
  fresh: number;
  again: number;
  failed: number;
  more: boolean;
}

/** Tells an endpoint again what it never took, or what happened in a time; says before how much that is. */
export function Replay({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useLingui();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconRefresh size={17} />} onClick={() => setOpened(true)}>
        <Trans>Tell it again …</Trans>
      </Button>
      <Dialog opened={opened} close={() => setOpened(false)} title={t`Tell it again`} acts={null}>
        {opened && <Chosen endpoint={endpoint} close={() => setOpened(false)} />}
      </Dialog>
    </>
  );
}

function Chosen({ endpoint: { id, enabled }, close }: { endpoint: Endpoint; close(): void }) {
  const { t } = useLingui();
  const sentence = useSentence();
  const [how, setHow] = useState<'failed' | 'time'>('failed');
  const [since, setSince] = useState(() => local(Date.now() - 3_600_000));
  const [until, setUntil] = useState(() => local(Date.now() + 60_000));
  const range: Range = how === 'failed' ? { failed: true } : { since: at(since), until: at(until) };
  const isOrdered = how === 'failed' || at(since) <= at(until);
  const { data: counted, error } = useCount(id, range, isOrdered);
  const { tell, busy, failure } = useReplay(id, range, close);
  const button = useFocusBack(busy);
  const all = counted && counted.fresh + counted.again + counted.failed;
  return (
    <div className={css.replay}>
      <fieldset className={css.ways}>
        <legend className="sr">
          <Trans>What</Trans>
        </legend>
        <Way of="failed" how={how} choose={setHow} label={t`Everything that it never took`} />
        <Way of="time" how={how} choose={setHow} label={t`Everything that happened in a time`} />
      </fieldset>
      {how === 'time' && (
        <div className={css.times}>
          <Time label={t`From`} value={since} set={setSince} />
          <Time label={t`To`} value={until} set={setUntil} />
        </div>
      )}
      <div role="status" className={css.counted}>
        {!isOrdered ? (
          <p className={css.failed}>
            <Trans>The end lies before the beginning.</Trans>
          </p>
        ) : error ? (
          <p className={css.failed} dir="auto">
            {sentence(error)}
          </p>
        ) : counted ? (
          <Says counted={counted} all={all ?? 0} />
        ) : (
          <p className={ui.muted}>
            <Trans>It is being counted …</Trans>
          </p>
        )}
      </div>
      {!enabled && (
        <p className={css.failed}>
          <Trans>The webhook is out of use: take it back into use first.</Trans>
        </p>
      )}
      {failure !== undefined && (
        <p role="alert" className={css.failed} dir="auto">
          <Reason error={failure} />
        </p>
      )}
      <div className={css.end}>
        <Button variant="default" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          ref={button}
          loading={busy}
          disabled={!enabled || !isOrdered || !all}
          onClick={() => void tell()}
        >
          <Trans>Tell it again</Trans>
        </Button>
      </div>
    </div>
  );
}

function Way({
  of,
  how,
  choose,
  label,
}: {
  of: 'failed' | 'time';
  how: string;
  choose(of: 'failed' | 'time'): void;
  label: string;
}) {
  return (
    <label>
      <input type="radio" name="replay" checked={how === of} onChange={() => choose(of)} />
      {label}
    </label>
  );
}

function Time({ label, value, set }: { label: string; value: string; set(value: string): void }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        dir="ltr"
        required
        value={value}
        onChange={({ target }) => target.value && set(target.value)}
      />
    </div>
  );
}

/** How many there are, and what they were before. */
function Says({ counted: { fresh, again, failed, more }, all }: { counted: Counted; all: number }) {
  const { t } = useLingui();
  if (all === 0)
    return (
      <p className={ui.muted}>
        <Trans>There is nothing of that.</Trans>
      </p>
    );
  const many = number(all);
  return (
    <>
      <p>
        <b>
          {more
            ? t`More than ${many} events are told.`
            : t`${plural(all, { one: '# event is told.', other: '# events are told.' })}`}
        </b>
      </p>
      <ul className={css.kinds}>
        {failed > 0 && <li>{t`${plural(failed, { one: '# it never took', other: '# it never took' })}`}</li>}
        {again > 0 && (
          <li>
            {t`${plural(again, { one: '# it took already: it comes under the same id', other: '# it took already: they come under the same ids' })}`}
          </li>
        )}
        {fresh > 0 && (
          <li>{t`${plural(fresh, { one: '# from before it was there', other: '# from before it was there' })}`}</li>
        )}
      </ul>
    </>
  );
}

function useCount(id: string, range: Range, enabled: boolean) {
  return useQuery({
    queryKey: [consoleKey, 'replay', id, range],
    queryFn: ({ signal }) => call<Counted>('GET', `${endpointPath(id)}/replay${queryOf(range)}`, { signal }),
    enabled,
    gcTime: 0,
  });
}

/** Does it, part after part: the server makes so many due at a time. */
function useReplay(id: string, range: Range, done: () => void) {
  const { t } = useLingui();
  const { busy, error, run } = useDoing();
  const tell = async () => {
    await run(async () => {
      let queued = 0;
      let from: number | undefined;
      do {
        const part: { queued: number; next?: number } = await call('POST', `${endpointPath(id)}/replay`, {
          body: { ...range, ...(from !== undefined && { from }) },
        });
        queued += part.queued;
        from = part.next;
      } while (from !== undefined);
      toast(t`${plural(queued, { one: '# event is told again', other: '# events are told again' })}`);
      done();
    });
    readAgain();
  };
  return { tell, busy, failure: error };
}

/** As a field of the browser wants it: local, to the minute. */
const local = (time: number) =>
  new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
const at = (value: string) => new Date(value).getTime();
