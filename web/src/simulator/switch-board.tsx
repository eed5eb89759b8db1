import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { call } from '../api/http.ts';
import type { ThreadMessage } from '../api/message-types.ts';
import type { Switches } from '../api/types.ts';
import { client } from '../store/client.ts';
import { complain } from '../ui/refusals.ts';
import css from './simulator.module.css';

const classes = [
  'INVALID_RECIPIENT',
  'UNREACHABLE',
  'OPTED_OUT',
  'OUTSIDE_WINDOW',
  'CONTENT_REJECTED',
  'TEMPLATE',
  'MEDIA',
  'NOT_SUPPORTED',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'QUOTA',
  'AUTH',
];

/** How a phone behaves: whether it confirms by itself, and with what every message to it fails. */
export function SwitchBoard({
  at,
  switches,
  items,
}: {
  at: string;
  switches: Switches;
  items: ThreadMessage[];
}) {
  const { t } = useLingui();
  const [now, setNow] = useState(switches);
  const make = async (method: string, path: string, body: unknown) => {
    try {
      await call(method, `${at}${path}`, { body });
    } catch (error) {
      complain(error);
    }
    void client.invalidateQueries({ queryKey: ['phone'] });
  };
  const set = (next: Switches) => {
    setNow(next);
    void make('PUT', '/switches', next);
  };
  const last = items.findLast(({ direction }) => direction === 'O');
  const receipt = (status: string) =>
    last &&
    void make('POST', '/receipts', {
      messageId: last.id,
      status,
      ...(status === 'failed' && { fail: now.fail ?? 'UNREACHABLE' }),
    });
  return (
    <div className={css.board}>
      <label>
        <input
          type="checkbox"
          checked={now.receipts === 'auto'}
          onChange={(event) => set({ ...now, receipts: event.target.checked ? 'auto' : 'manual' })}
        />{' '}
        <Trans>Receipts come by themselves</Trans>
      </label>
      <label>
        <Trans>Messages fail with</Trans>{' '}
        <select
          value={now.fail ?? ''}
          onChange={({ target: { value } }) => set({ receipts: now.receipts, ...(value && { fail: value }) })}
          aria-label={t`Messages fail with`}
          dir="ltr"
        >
          <option value="">{t`nothing`}</option>
          {classes.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      {now.receipts === 'manual' && last && (
        <div className={css.receipts}>
          <Trans>The last message:</Trans>
          <button type="button" onClick={() => receipt('delivered')}>
            <Trans>delivered</Trans>
          </button>
          <button type="button" onClick={() => receipt('read')}>
            <Trans>read</Trans>
          </button>
          <button type="button" onClick={() => receipt('failed')}>
            <Trans>failed</Trans>
          </button>
        </div>
      )}
    </div>
  );
}
