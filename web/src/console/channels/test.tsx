import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { ApiError, call } from '../../api/http.ts';
import type { Form } from '../form/form.ts';
import ui from '../ui/page.module.css';
import { Reason } from '../ui/reason.tsx';
import { type ChannelSetup, type ChannelType, channelPath, type Finding, type Tested } from './channel.ts';
import css from './channels.module.css';
import { FindingLine } from './findings.tsx';
import { settingsOf, type Values } from './values.ts';

/** A test of the settings as they stand on the screen. */
export interface Test {
  run(): Promise<void>;
  isRunning: boolean;
  /** What came of the last one, as long as the settings are those that it looked at. */
  told: Tested | undefined;
  failure: unknown;
  /** Raised by each one that ended. */
  ended: number;
}

export function useTest(form: Form<Values>, type: ChannelType, saved: ChannelSetup | undefined): Test {
  const { t } = useLingui();
  const [state, setState] = useState<{ told?: Tested; failure?: unknown; isRunning?: boolean; of?: string }>(
    {},
  );
  const [ended, setEnded] = useState(0);
  const now = JSON.stringify(settingsSafely(type, form.values));
  const isCurrent = state.of === now;
  const run = async () => {
    setState({ isRunning: true });
    try {
      const told = await ask(form, type, saved);
      setState({ told, of: now });
    } catch (failure) {
      setState({ ...asFindings(failure, t`Fill this in.`), of: now });
    }
    setEnded((count) => count + 1);
  };
  return {
    run,
    isRunning: state.isRunning === true,
    told: isCurrent ? state.told : undefined,
    failure: isCurrent ? state.failure : undefined,
    ended,
  };
}

async function ask(form: Form<Values>, type: ChannelType, saved: ChannelSetup | undefined): Promise<Tested> {
  const settings = settingsOf(type, form.values);
  if (!saved) {
    const lane = form.values.lane.trim();
    return call('POST', `/channel-types/${type.type}/test`, { body: { lane, settings } });
  }
  return call('POST', `${channelPath(saved.id)}/test`, { body: form.isChanged ? { settings } : {} });
}

/** Settings that could not be saved are findings, too: the server has asked nobody then. */
function asFindings(failure: unknown, required: string): { told?: Tested; failure?: unknown } {
  if (!(failure instanceof ApiError) || failure.status !== 400 || failure.fields.length === 0)
    return { failure };
  const findings = failure.fields.map(
    ({ field, code, message }): Finding => ({
      kind: 'wrong',
      text: code === 'REQUIRED' ? required : message,
      ...(field !== undefined && { field }),
    }),
  );
  return { told: { tested: false, well: false, findings } };
}

/** What is no JSON yet is like nothing that was tested. */
function settingsSafely(type: ChannelType, values: Values): unknown {
  try {
    return settingsOf(type, values);
  } catch {
    return undefined;
  }
}

/** The button that asks the provider, and all that it found; what is about a field stands beside it, too. */
export function TestPanel({ test, isSaved, hasTest }: { test: Test; isSaved: boolean; hasTest: boolean }) {
  const { t } = useLingui();
  const box = useRef<HTMLDivElement>(null);
  const { told, failure, isRunning, ended } = test;
  useEffect(() => {
    if (ended > 0) box.current?.focus();
  }, [ended]);
  return (
    <section className={ui.panel} aria-label={t`Test`}>
      <div className={css.testHead}>
        <div>
          <h2>
            <Trans>Test</Trans>
          </h2>
          <p>
            {hasTest
              ? t`Asks the provider whether all is well. Nothing is sent to anybody.`
              : t`This kind of channel cannot be asked without sending a message.`}
          </p>
        </div>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={17} />}
          loading={isRunning}
          onClick={() => void test.run()}
        >
          {isSaved ? <Trans>Test the channel</Trans> : <Trans>Test these settings</Trans>}
        </Button>
      </div>
      <div ref={box} tabIndex={-1} className={css.result} role="status" aria-busy={isRunning}>
        {isRunning && (
          <p>
            <Trans>The provider is being asked. That takes 20 seconds at most.</Trans>
          </p>
        )}
        {told && (
          <>
            <p className={css.verdict} data-well={told.well}>
              {!told.tested && told.well
                ? t`Nothing could be asked.`
                : told.well
                  ? t`All is well.`
                  : t`Something is in the way of messages.`}
            </p>
            {told.findings.map((finding) => (
              <FindingLine key={finding.text + finding.field} finding={finding} />
            ))}
          </>
        )}
        {failure !== undefined && (
          <p dir="auto">
            <Reason error={failure} />
          </p>
        )}
      </div>
    </section>
  );
}
